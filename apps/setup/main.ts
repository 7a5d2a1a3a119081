import { setUp } from './setup.js';

// kafkajs may still be trying when there is nothing more to wait for.
process.exit(await setUp(process.argv.slice(2), process));
