import { TextInput } from '@mantine/core';

/** Room for the name before the moment, in pixels. */
const LABEL_WIDTH_PX = 52;

/** A moment in the viewer's zone. @param props.value ISO 8601, or empty. */
export function When({
  label,
  value,
  onChange,
  size = 'sm',
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (iso: string) => void;
  readonly size?: 'xs' | 'sm';
}) {
  return (
    <TextInput
      type="datetime-local"
      size={size}
      aria-label={label}
      // Two of them stand side by side, and an empty one shows no more than its format.
      leftSection={<span aria-hidden>{label}</span>}
      leftSectionWidth={LABEL_WIDTH_PX}
      styles={{ section: { fontSize: 'var(--mantine-font-size-xs)' } }}
      title={`${label}, in your time zone`}
      value={localText(value)}
      onChange={(event) => {
        const moment = new Date(event.currentTarget.value);
        onChange(Number.isNaN(moment.getTime()) ? '' : moment.toISOString());
      }}
    />
  );
}

/** As an input for moments wants it: local, to the minute. */
function localText(iso: string): string {
  if (iso === '' || Number.isNaN(Date.parse(iso))) return '';
  const moment = new Date(iso);
  const offsetMs = moment.getTimezoneOffset() * 60_000;
  return new Date(moment.getTime() - offsetMs).toISOString().slice(0, 16);
}
