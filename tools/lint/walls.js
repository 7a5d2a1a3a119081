import { posix, relative, sep } from 'node:path';

/**
 * The walls between rooms (apps/<name>, libs/<name>, tools, test), as one question: may this file import that? Each
 * wall is a line below; the rule at the end asks it for every import, static or dynamic, of values or of types.
 */

/** Libraries of the domain: no framework, no driver. */
const DOMAIN = ['libs/ordering', 'libs/contracts', 'libs/messages'];
const FRAMEWORKS = /^(@nestjs\/[^/]+|kafkajs|pg|typeorm|fastify|undici|pino|prom-client)(\/|$)/;
/** Only for tests: nothing that runs in production may import them. */
const TEST_ONLY = ['libs/testkit', 'tools', 'test'];
/** A text that a page shows, as it stands in its file: no code of it is imported. */
const SHOWN = /^test\/receivers\/.+\?raw$/;
/** Test data that specs of several rooms share, and tools write and show. */
const GOLDEN = /^libs\/contracts\/golden\//;

/**
 * @param {string} file path from the repository's root, with slashes.
 * @param {string} specifier what stands behind `from`.
 * @returns {string | null} the wall that is in the way.
 */
export function wallBetween(file, specifier) {
  const room = roomOf(file);
  const spec = /\.(spec|fixture)\.ts$/.test(file);
  const lib = /^#libs\/([^/]+)(\/.*)?$/.exec(specifier);
  const path = specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), specifier)) : null;
  const target = lib !== null ? `libs/${lib[1]}` : path !== null ? roomOf(path) : null;

  if (
    room === 'libs/ordering' &&
    target !== room &&
    !(spec && /^(fast-check|@jest\/globals|node:.*)$/.test(specifier))
  ) {
    return 'libs/ordering decides and does nothing else: it imports its own files only (specs: fast-check)';
  }
  if (DOMAIN.includes(room) && !spec && FRAMEWORKS.test(specifier)) {
    return `${room} is the domain: it knows no framework and no driver`;
  }
  if (/^kafkajs(\/|$)/.test(specifier) && room !== 'libs/kafka' && /^(apps|libs)\//.test(room)) {
    return 'kafkajs is behind libs/kafka: import #libs/kafka';
  }
  if (room === 'apps/dashboard') {
    if (lib !== null || /^node:/.test(specifier)) {
      return 'the dashboard runs in a browser, and knows of us what the API says: it imports no library of ours';
    }
    if (path !== null && SHOWN.test(path)) return null;
  }
  if (path !== null && /^dist\//.test(path)) return 'dist is what the build writes: import the source';
  if (target === null || (target === room && path !== null)) return null;

  if (target === room)
    return `inside ${room}, import the file itself (./file.js): its index would import this file in turn`;
  if (!spec && /^(apps|libs)\//.test(room) && !TEST_ONLY.includes(room) && TEST_ONLY.includes(target)) {
    return `${target} is for tests: production code may not import it`;
  }
  if (target.startsWith('apps/') && room.startsWith('libs/')) return 'a library may not import an app';
  if (target.startsWith('apps/') && room.startsWith('apps/'))
    return 'an app may not import another app: move what both need to a library';
  if (lib?.[2] !== undefined) return `a library shows what its index exports: import #libs/${lib[1]}`;
  if (path !== null && target.startsWith('libs/') && !((spec || room === 'tools') && GOLDEN.test(path))) {
    return `a library is imported by its name: #${target}`;
  }
  return null;
}

/** `apps/router` of apps/router/router.ts, `tools` of tools/stack/kafka.ts. */
function roomOf(path) {
  const [top, name] = path.split('/');
  return top === 'apps' || top === 'libs' ? `${top}/${name}` : top;
}

/** @type {import('eslint').Rule.RuleModule} */
const imports = {
  meta: { type: 'problem', schema: [], messages: { wall: '{{ wall }} (the walls: tools/lint/walls.js)' } },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    const check = (source) => {
      const specifier = source?.type === 'TSLiteralType' ? source.literal.value : source?.value;
      const wall = typeof specifier === 'string' ? wallBetween(file, specifier) : null;
      if (wall !== null) context.report({ node: source, messageId: 'wall', data: { wall } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument),
      TSExternalModuleReference: (node) => check(node.expression),
      'CallExpression[callee.name="require"]': (node) => check(node.arguments[0]),
    };
  },
};

export default { rules: { imports } };
