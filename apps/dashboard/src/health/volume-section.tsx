import { Box, Skeleton, Table } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Section } from '../ui/page.js';
import { totalOf } from './stretches.js';
import { clockText, KINDS, type VolumeProps } from './volume.js';
import styles from './volume.module.css';

// The library weighs as much as all pages together: figures stand there before it does.
const charts = import('./volume-chart.js');
const Chart = lazy(async () => ({ default: (await charts).VolumeChart }));
const SmallChart = lazy(async () => ({ default: (await charts).SmallVolumeChart }));

/** How much was received when: as bars, and in figures. */
export function VolumeSection(props: VolumeProps) {
  return (
    <Section title="Deliveries" lead="By when their events were received.">
      <Box p="md" pb="xs">
        <Suspense fallback={<Skeleton h={220} role="status" aria-label="Loading" />}>
          <Chart {...props} />
        </Suspense>
      </Box>
      <details className={styles['figures']}>
        <summary>In figures</summary>
        <Figures {...props} />
      </details>
    </Section>
  );
}

export function SmallVolume(props: VolumeProps) {
  return (
    <Box w={96} h={26}>
      <Suspense fallback={null}>
        <SmallChart {...props} />
      </Suspense>
    </Box>
  );
}

/** Stretches in which nothing was received are left out. */
function Figures({ series, what }: VolumeProps) {
  return (
    <Table aria-label={`${what}, in figures`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>From</Table.Th>
          {KINDS.map(({ key, label }) => (
            <Table.Th key={key}>{label}</Table.Th>
          ))}
          <Table.Th>In all</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {series.map((stretch) => (
          <Table.Tr key={stretch.at}>
            <Table.Td>{clockText(stretch.at)}</Table.Td>
            {KINDS.map(({ key }) => (
              <Table.Td key={key}>{stretch[key].toLocaleString()}</Table.Td>
            ))}
            <Table.Td>{totalOf(stretch).toLocaleString()}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
