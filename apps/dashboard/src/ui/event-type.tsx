import { useEventTypes } from '../api/triggers.js';

/** An event type in words; its name for whoever points at it. */
export function EventType({ type }: { readonly type: string }) {
  return <span title={type}>{useEventLabel()(type)}</span>;
}

/** A function from an event type to its label. */
export function useEventLabel(): (type: string) => string {
  const types = useEventTypes().data;
  return (type) => types?.find(({ eventType }) => eventType === type)?.label ?? type;
}
