/* What must hold of the packages that we did not write, as functions of what npm's files say. */

/** An entry of package-lock.json's `packages`. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly link?: boolean;
  /** Only for development, or so when it is not optional: not installed with `--omit=dev`. */
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}
/** By folder (`node_modules/a/node_modules/b`); "" is this repository. */
export type Lock = Readonly<Record<string, LockedPackage>>;

/** Anyone may use and redistribute what has one of these; none asks for our sources. */
export const LICENCES: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'],
]);

/** Other licences in production, by package and licence, and why each may be. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'argparse Python-2.0': 'permissive, as BSD is; a parser of command lines that came from Python, behind js-yaml',
};

export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Folders of what `npm ci --omit=dev` may install. */
export function productionOf(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([folder, { dev, devOptional }]) =>
    folder === '' || dev === true || devOptional === true ? [] : [folder],
  );
}

/** What is installed is what was looked at: by its digest, and from whichever registry one has. */
export function lockFaults(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([folder, { integrity, resolved, link }]) => {
    if (folder === '') return [];
    if (link === true) return [`${folder} is a link to a folder: only packages of a registry have a digest`];
    return [
      ...(integrity?.startsWith('sha512-') === true ? [] : [`${folder} has no sha512 digest (integrity)`]),
      ...(resolved === undefined
        ? []
        : [`${folder} names the address it came from (resolved): npm install writes none`]),
    ];
  });
}

/** A range in package.json would let `npm install` choose. @param groups its dependencies, of each sort. */
export function versionFaults(...groups: readonly Readonly<Record<string, string>>[]): string[] {
  return groups
    .flatMap((group) => Object.entries(group))
    .flatMap(([name, wanted]) =>
      /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(wanted)
        ? []
        : [`${name} is wanted as ${wanted}: name one version (--save-exact)`],
    );
}

/** A package that wants to run a script when it is installed is decided about, in package.json's `allowScripts`. */
export function scriptFaults(lock: Lock, allowScripts: Readonly<Record<string, boolean>>): string[] {
  const locked = new Set(Object.keys(lock).map(nameOf));
  const scripted = Object.entries(lock).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const undecided = new Set(scripted.map(([folder]) => nameOf(folder)).filter((name) => !(name in allowScripts)));
  const inProduction = new Set(productionOf(lock));
  return [
    ...[...undecided].map((name) => `${name} has an install script: allow it or not in package.json's allowScripts`),
    ...Object.keys(allowScripts).flatMap((name) =>
      locked.has(name) ? [] : [`allowScripts names ${name}, which is no package`],
    ),
    ...scripted.flatMap(([folder]) =>
      inProduction.has(folder) && allowScripts[nameOf(folder)] === true
        ? [`${nameOf(folder)} may run a script in production: images are built without any`]
        : [],
    ),
  ];
}

/** @param licence as package.json has it: an SPDX expression, or an object of old. */
export function licenceFault(name: string, licence: unknown): string | null {
  if (typeof licence !== 'string' || licence === '') return `${name} names no licence`;
  if (isAllowed(licence) || `${name} ${licence}` in EXCEPTIONS) return null;
  return `${name} has the licence ${licence}, which is not on the list (tools/supply/rules.ts)`;
}

/** Of `A OR B` one must be allowed, of `A AND B` all; what is nested deeper is for a person to read. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (/[()]/.test(plain)) return false;
  return plain.split(' OR ').some((all) => all.split(' AND ').every((one) => LICENCES.has(one.trim())));
}

/** Exceptions that nothing needs any more. */
export function staleExceptions(seen: ReadonlySet<string>): string[] {
  return Object.keys(EXCEPTIONS).flatMap((one) =>
    seen.has(one) ? [] : [`the exception for ${one} is of no use any more`],
  );
}

export type Audit =
  | { readonly reached: false; readonly why: string }
  | { readonly reached: true; readonly faults: readonly string[]; readonly noted: readonly string[] };

/** @param output of `npm audit --json`. High and critical ones are faults. */
export function readAudit(output: string): Audit {
  let report: {
    message?: string;
    vulnerabilities?: Record<string, { severity: string; range: string }>;
  };
  try {
    report = JSON.parse(output) as typeof report;
  } catch {
    return { reached: false, why: 'npm audit answered no JSON' };
  }
  const { vulnerabilities, message } = report;
  if (vulnerabilities === undefined) return { reached: false, why: message ?? 'npm audit answered without a report' };
  const faults: string[] = [];
  const noted: string[] = [];
  for (const [name, { severity, range }] of Object.entries(vulnerabilities)) {
    const grave = severity === 'high' || severity === 'critical';
    (grave ? faults : noted).push(`${name} ${range} has a known vulnerability (${severity}): npm audit --omit=dev`);
  }
  return { reached: true, faults, noted };
}
