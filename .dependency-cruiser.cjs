/**
 * Who may import whom, types included. A layer may always import itself; a file that no layer has stops the check.
 * Paths are regular expressions from the root.
 */
const LAYERS = {
  // The functions: pure rules at the bottom, AWS in the adapters, both met only where a function is wired.
  domain: { files: '^lambda/domain/', mayImport: [] },
  // Where a text is cut, which functions and whoever reads of them do alike; of the domain, and open to the gate.
  text: { files: '^lambda/domain/cut-text\\.ts$', mayImport: [] },
  // What each function is: one definition beside its code, and what they are written in.
  declarations: {
    files: '^lambda/([^/]+|(?!domain/|steps/|adapters/|runtime/|openapi/)[^/]+/[^/]+-definition\\.ts)$',
    mayImport: ['domain'],
  },
  steps: { files: '^lambda/steps/', mayImport: ['domain'] },
  adapters: { files: '^lambda/adapters/', mayImport: ['domain'] },
  runtime: { files: '^lambda/runtime/', mayImport: ['domain', 'declarations'] },
  openapi: { files: '^lambda/openapi/', mayImport: ['domain'] },
  functions: {
    files:
      '^lambda/(detection-stream|file-manager|image-processor|notification-service|review-service|webhook-service)/(?!.*-definition\\.ts$)',
    mayImport: ['domain', 'declarations', 'steps', 'adapters', 'runtime'],
  },

  // The CDK application: each floor stands on those below it.
  config: { files: '^lib/config/', mayImport: ['domain'] },
  catalogues: {
    files: '^lib/(audit|edge|monitoring|network|organization|rotation)/',
    mayImport: ['domain', 'declarations', 'config', 'names'],
  },
  names: { files: '^lib/(names|policies|create-app)\\.ts$', mayImport: ['domain', 'declarations', 'config'] },
  context: {
    files: '^lib/stage-context\\.ts$',
    mayImport: ['declarations', 'config', 'names', 'catalogues'],
  },
  constructs: {
    files: '^lib/constructs/',
    mayImport: ['domain', 'declarations', 'config', 'names', 'context', 'catalogues'],
  },
  stacks: {
    files: '^lib/stacks/',
    mayImport: ['declarations', 'config', 'names', 'context', 'catalogues', 'constructs'],
  },
  stages: {
    files: '^lib/stages/',
    mayImport: ['config', 'names', 'context', 'catalogues', 'constructs', 'stacks'],
  },

  // A package of its own, which knows nothing of this project but the document that its types are made of.
  sdk: { files: '^tools/sdk/', mayImport: [] },

  // What people and pipelines run.
  tools: {
    files: '^tools/(?!cost/|sdk/|simulation/simulate-waits\\.ts$)',
    mayImport: ['domain', 'declarations', 'openapi', 'config', 'names', 'catalogues', 'constructs', 'stages'],
  },
  // Costs are those of a picture's calls, which the tests' in-memory system counts; waits are those of the real step over it.
  cost: {
    files: '^(tools/cost/|tools/simulation/simulate-waits\\.ts$|bin/commands/(cost|simulate)\\.ts$)',
    mayImport: [
      'domain',
      'declarations',
      'steps',
      'config',
      'catalogues',
      'constructs',
      'tools',
      'testSupport',
    ],
  },
  transformations: {
    files: '^local/deployer/(transformations/|transformation\\.ts$|template\\.ts$)',
    mayImport: [],
  },
  gate: {
    files: '^compliance/',
    // One proof names what the embedded AWS does not enforce, from the transformations themselves.
    mayImport: [
      'text',
      'declarations',
      'config',
      'names',
      'catalogues',
      'stages',
      'tools',
      'bootstrap',
      'transformations',
    ],
  },
  local: {
    files: '^local/(?!deployer/(transformations/|transformation\\.ts$|template\\.ts$))',
    // The receiver that clients run verifies by the SDK, as they would.
    mayImport: ['domain', 'declarations', 'config', 'names', 'stages', 'tools', 'transformations', 'sdk'],
  },
  // What a bootstrap is given; the proof of the deployer evaluates it, too.
  bootstrap: { files: '^bin/preflight/execution-policies\\.ts$', mayImport: ['config', 'names', 'commands'] },
  commands: {
    files: '^bin/(?!commands/(cost|simulate)\\.ts$|preflight/execution-policies\\.ts$)',
    mayImport: [
      'domain',
      'steps',
      'adapters',
      'config',
      'names',
      'catalogues',
      'constructs',
      'stages',
      'tools',
      'cost',
      'gate',
      'bootstrap',
      'local',
    ],
  },
  testSupport: { files: '^test/support/', mayImport: 'everything' },
  tests: { files: '^test/(?!support/)', mayImport: 'everything' },
};

const OURS = '^(bin|compliance|lambda|lib|local|policies|test|tools)/.*\\.ts$';

const rules = Object.entries(LAYERS)
  .filter(([, { mayImport }]) => mayImport !== 'everything')
  .map(([name, { files, mayImport }]) => ({
    name: `layer-${name}`,
    severity: 'error',
    comment: `${name} may import ${['itself', ...mayImport].join(', ')}.`,
    from: { path: files },
    to: { path: OURS, pathNot: [files, ...mayImport.map((layer) => LAYERS[layer].files)] },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'file-of-no-layer',
      severity: 'error',
      comment: 'Give the file a layer above.',
      from: { path: OURS, pathNot: Object.values(LAYERS).map(({ files }) => files) },
      to: {},
    },
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Files that need each other, by their types alone too, are one file or need a third one.',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
