interface Bom {
  readonly bomFormat?: string;
  readonly components?: readonly Component[];
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly metadata?: { readonly component?: { readonly 'bom-ref'?: string } };
}

interface Component {
  /** `name@version`. */
  readonly 'bom-ref': string;
  readonly purl?: string;
  readonly hashes?: readonly unknown[];
}

export interface Product {
  readonly name: string;
  readonly version: string;
  /** What production installs, as `name@version`. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Of npm's CycloneDX of everything that is locked, what production installs. Not npm's own `--omit dev`: that leaves out
 * whatever a package for development needs as well, kafkajs and fastify with it.
 * @param places paths of this machine, none of which may be in it.
 * @throws Error for what is no bill of materials, lacks a package, a package's digest, or tells of this machine.
 */
export function finishSbom(output: string, product: Product, places: readonly string[]): string {
  const { name, version, packages } = product;
  const bom = JSON.parse(output) as Bom;
  if (bom.bomFormat !== 'CycloneDX') throw new Error('npm sbom answered no CycloneDX');
  const components = (bom.components ?? []).filter((one) => packages.has(one['bom-ref']));
  const listed = new Set(components.map((one) => one['bom-ref']));
  const lacking = [...packages].filter((one) => !listed.has(one));
  if (lacking.length > 0) throw new Error(`npm sbom does not list ${lacking.join(', ')}`);
  const vague = components.filter(({ purl, hashes = [] }) => purl === undefined || hashes.length === 0);
  if (vague.length > 0)
    throw new Error(`${vague.map((one) => one['bom-ref']).join(', ')}: no package URL or no digest`);

  // npm names the product after the folder it lies in.
  const component = { ...bom.metadata?.component, type: 'application', name, version };
  const root = bom.metadata?.component?.['bom-ref'];
  const dependencies = (bom.dependencies ?? [])
    .filter(({ ref }) => ref === root || listed.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => listed.has(one)) }));
  const text = `${JSON.stringify({ ...bom, metadata: { ...bom.metadata, component }, components, dependencies }, null, 2)}\n`;
  const found = places.filter((place) => place.length > 1 && text.includes(place));
  if (found.length > 0) throw new Error(`the bill of materials names ${found.join(', ')}, a path of this machine`);
  return text;
}
