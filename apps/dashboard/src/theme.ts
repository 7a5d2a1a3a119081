import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  ...(['#eef2ff', '#e0e7ff', '#c7d2fe', '#a5b4fc', '#818cf8', '#6366f1', '#4f46e5', '#4338ca'] as const),
  ...(['#3730a3', '#312e81'] as const),
];
/** Cool greys; 5 and darker are readable on white. */
const gray: MantineColorsTuple = [
  ...(['#f8fafc', '#f1f5f9', '#e2e8f0', '#cbd5e1', '#94a3b8', '#64748b', '#566274', '#475569'] as const),
  ...(['#334155', '#1e293b'] as const),
];
/** 0 to 3 are texts on 5 to 9. */
const dark: MantineColorsTuple = [
  ...(['#d9dee7', '#bac2cf', '#98a2b3', '#8590a3', '#333b49', '#2a313d', '#1f252f', '#151a22'] as const),
  ...(['#10141b', '#0b0e13'] as const),
];
const red: MantineColorsTuple = [
  ...(['#fef2f2', '#fee2e2', '#fecaca', '#fca5a5', '#f87171', '#ef4444', '#dc2626', '#b91c1c'] as const),
  ...(['#991b1b', '#7f1d1d'] as const),
];

export const theme = createTheme({
  colors: { brand, gray, dark, red },
  primaryColor: 'brand',
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  components: {
    Text: { defaultProps: { size: 'sm' } },
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 12, fz: 'sm' } },
    Modal: {
      defaultProps: { centered: false, radius: 'lg', yOffset: '6dvh', closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontWeight: 600 } },
    },
    Drawer: {
      defaultProps: { position: 'right', size: 640, closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontWeight: 600 } },
    },
    Tooltip: { defaultProps: { openDelay: 250, multiline: true, maw: 320, withArrow: true } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
});

/** Mantine's own words for errors are too dark on dark, its red too light on light, and that of buttons on dark no red at all. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-error': '#b91c1c',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-default-border': '#cbd5e1',
  },
  dark: {
    '--mantine-color-error': '#f87171',
    '--mantine-color-anchor': '#a5b4fc',
    '--mantine-color-red-light-color': 'var(--mantine-color-red-3)',
    '--mantine-color-red-outline': 'var(--mantine-color-red-4)',
  },
});
