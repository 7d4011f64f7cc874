import { parentPort, workerData } from 'node:worker_threads';
import { inspectGeometry, type GeometryJob } from './inspection.js';

// A thread of its own for each inspection: the exact overlap of long outlines would hold up a live auction.
parentPort?.postMessage(inspectGeometry(workerData as GeometryJob));
