import { Stack } from '@mantine/core';
import type { Endpoint } from '../api/types.js';
import { SidePanel } from '../ui/dialog.js';
import { PreviewBox } from './preview-box.js';
import { TestEvent } from './test-event.js';

interface EndpointPanelProps {
  readonly endpoint: Endpoint;
  readonly mayTest: boolean;
  /** What stands on top. */
  readonly first: 'test' | 'preview';
  readonly onClose: () => void;
}

/** A test event with its result, and what is sent. */
export function EndpointPanel({ endpoint, mayTest, first, onClose }: EndpointPanelProps) {
  const test = mayTest && <TestEvent key="test" endpoint={endpoint} />;
  const preview = <PreviewBox key="preview" endpoint={endpoint} />;
  return (
    <SidePanel onClose={onClose} title={endpoint.name}>
      <Stack gap="xl">{first === 'test' ? [test, preview] : [preview, test]}</Stack>
    </SidePanel>
  );
}
