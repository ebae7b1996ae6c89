// Runs before anything else and on any Node: the rest is TypeScript, which an old Node reports as a syntax error.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `SmartCloudOps AI needs Node 24 or newer; this is ${process.version}. ` +
      'Node 24 normally comes with "npm ci" as the package "node"; its install script did not run. ' +
      'Run "npm rebuild node --ignore-scripts=false", or install Node 24, and try again.',
  );
  process.exit(78);
}
