import { Box } from '@mantine/core';
import styles from './code.module.css';
import { CopyIcon } from './copy.js';

/** Text as it is, to be read and copied. @param what as in `the body`. */
export function Code({
  text,
  what,
  most = 360,
}: {
  readonly text: string;
  readonly what: string;
  readonly most?: number;
}) {
  return (
    <Box className={styles['box']}>
      {/* Whoever has no mouse scrolls with the keys. */}
      <pre className={styles['code']} style={{ maxHeight: most }} tabIndex={0} aria-label={what}>
        {text}
      </pre>
      <Box className={styles['copy']}>
        <CopyIcon value={text} what={what} />
      </Box>
    </Box>
  );
}

/** JSON that is readable; anything else as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
