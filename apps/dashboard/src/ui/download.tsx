import { Button } from '@mantine/core';
import { Download as Icon } from 'lucide-react';

interface DownloadProps {
  /** Of the file. */
  readonly name: string;
  readonly text: string;
  readonly label: string;
}

export function Download({ name, text, label }: DownloadProps) {
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button size="xs" variant="default" onClick={save} leftSection={<Icon size={14} />}>
      {label}
    </Button>
  );
}
