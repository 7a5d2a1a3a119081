/**
 * The code that a reason begins with (`http_503` of `http_503: Service Unavailable`), as SQL; `other`: it has none; null:
 * there is no reason. As the delivery services' metrics read it.
 */
export const codeOf = (column: string): string =>
  `CASE WHEN ${column} IS NOT NULL THEN coalesce(substring(${column} from '^[a-z][a-z0-9_]{0,39}(?=:|$)'), 'other') END`;
