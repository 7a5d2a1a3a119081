import { buildCommit } from './previous-build.js';
import { freeze } from './freeze.js';
import { readRelease, type Release } from './release.js';
import { replayRelease } from './replay.js';
import { rollout } from './rollout.js';
import { runToEnd } from '../harness/run-to-end.js';

const USAGE = 'npm run upgrade [-- freeze <version> <commit> <folder with that commit, built>]';

const startedAt = performance.now();
const say = (text: string): void =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);

/** @returns how much is wrong. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'freeze' && args.length === 3) {
    say(`kept in ${await freeze(args[0]!, args[1]!, args[2]!)}`);
    return 0;
  }
  if (command !== undefined) throw new Error(USAGE);
  const release = readRelease();
  return (await replays(release)) + (await rollsOut(release));
}

async function replays(release: Release): Promise<number> {
  say(`what ${release.version} left under way, taken over by this version:`);
  const faults = await replayRelease(release);
  for (const fault of faults) say(`WRONG: ${fault}`);
  if (faults.length === 0) say('all of it ended as it should, and nothing came twice');
  // The twin: a commit whose metadata is not understood must be seen to be one.
  const forgetful = release.commits.map((commit) => ({ ...commit, metadata: '' }));
  const isCaught = (await replayRelease({ ...release, commits: forgetful })).length > 0;
  say(isCaught ? 'with commits that have lost their metadata, it is seen' : 'WRONG: lost metadata is not seen');
  return faults.length + (isCaught ? 0 : 1);
}

async function rollsOut({ version, commit }: Release): Promise<number> {
  const previous = buildCommit(commit);
  if (previous === null) {
    say(`NOT RUN: a rollout from ${version}: this clone lacks its commit ${commit} (git fetch --unshallow gets it);`);
    say('its formats and tables were read from what is kept of it, above and in npm test');
    return 0;
  }
  say(`${version} is built${previous.note === null ? '' : `; ${previous.note}`}; a rollout under load, and back:`);
  const { faults, deliveries, adjacentRepeats } = await rollout(previous.root, say);
  for (const fault of faults) say(`WRONG: ${fault}`);
  say(`${deliveries} deliveries, ${adjacentRepeats} repeated next to their original, ${faults.length} faults`);
  return faults.length;
}

await runToEnd(async () => ((await main(process.argv.slice(2))) === 0 ? 0 : 1));
