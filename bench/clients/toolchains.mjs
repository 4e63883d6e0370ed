// Clients that no one here wrote: how each is fetched into a folder, what it is called, and the command that sends. Nothing
// is installed into the repository or the system; what a machine lacks is said and left out.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const FETCH_MS_MAX = 10 * 60_000;

const NODE_SDK = { '@opentelemetry/sdk-node': '0.223.0', '@opentelemetry/api': '1.9.1', '@opentelemetry/api-logs': '0.223.0' };
const PYTHON_SDK = '1.45.2';
const JAVA_SDK = '1.67.0';
const TELEMETRYGEN = '0.161.0';

/** A program's first line about its version, or null where there is no such program. */
async function versionOf(command, args = ['--version']) {
  try {
    const { stdout, stderr } = await run(command, args);
    return (stdout + stderr).split('\n')[0].trim();
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Copies a file of this folder, fetches what it needs beside it, and gives the command that sends `items` of each signal. */
export const CLIENTS = [
  {
    name: 'node', client: `OpenTelemetry SDK for Node ${NODE_SDK['@opentelemetry/sdk-node']}`, checks: 'sdk',
    async prepare(dir) {
      fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ type: 'module', private: true, dependencies: NODE_SDK }));
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: dir, timeout: FETCH_MS_MAX });
      fs.copyFileSync(path.join(HERE, 'node-client.mjs'), path.join(dir, 'client.mjs'));
      return { runtime: `Node ${process.version}`, commands: (items) => [[process.execPath, [path.join(dir, 'client.mjs'), String(items)]]] };
    },
  },
  {
    name: 'python', client: `OpenTelemetry SDK for Python ${PYTHON_SDK}`, checks: 'sdk',
    async prepare(dir) {
      const runtime = await versionOf('python3');
      if (runtime === null) return { missing: 'no python3' };
      await run('python3', ['-m', 'venv', path.join(dir, 'venv')]);
      const python = path.join(dir, 'venv/bin/python');
      await run(python, ['-m', 'pip', 'install', '-q', ...['opentelemetry-sdk', 'opentelemetry-exporter-otlp-proto-http', 'opentelemetry-exporter-otlp-proto-grpc'].map((name) => `${name}==${PYTHON_SDK}`)], { timeout: FETCH_MS_MAX });
      return { runtime, commands: (items) => [[python, [path.join(HERE, 'client.py'), String(items)]]] };
    },
  },
  {
    name: 'java', client: `OpenTelemetry SDK for Java ${JAVA_SDK}`, checks: 'sdk',
    async prepare(dir) {
      const runtime = await versionOf('java');
      if (runtime === null || await versionOf('mvn') === null || await versionOf('javac') === null) return { missing: 'no java, javac or mvn' };
      fs.copyFileSync(path.join(HERE, 'java/pom.xml'), path.join(dir, 'pom.xml'));
      await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: dir, timeout: FETCH_MS_MAX });
      await run('javac', ['-cp', 'lib/*', '-d', dir, path.join(HERE, 'java/Client.java')], { cwd: dir });
      return { runtime, commands: (items) => [['java', ['-cp', `${dir}:${dir}/lib/*`, 'Client', String(items)]]] };
    },
  },
  {
    name: 'go', client: `telemetrygen ${TELEMETRYGEN} (OpenTelemetry SDK for Go)`, checks: 'telemetrygen',
    async prepare(dir) {
      const runtime = await versionOf('go', ['version']);
      if (runtime === null) return { missing: 'no go' };
      await run('go', ['install', `github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v${TELEMETRYGEN}`], { env: { ...process.env, GOBIN: dir }, timeout: FETCH_MS_MAX });
      return { runtime, commands: (items, options) => telemetrygenCommands(path.join(dir, 'telemetrygen'), items, options) };
    },
  },
];

/** It knows no standard variables, and one signal at a time. A trace is two spans. */
function telemetrygenCommands(binary, items, { endpoint, protocol, key, service }) {
  const { host } = new URL(endpoint);
  const common = [
    '--otlp-endpoint', host, '--otlp-insecure', '--otlp-header', `authorization="Bearer ${key}"`, '--service', service, '--rate', '0',
    '--telemetry-attributes', 'item=1', ...(protocol === 'grpc' ? [] : ['--otlp-http']),
  ];
  return [
    [binary, ['traces', '--traces', String(items / 2), '--child-spans', '1', ...common]],
    [binary, ['metrics', '--metrics', String(items), '--metric-type', 'Sum', '--otlp-metric-name', 'client.items', ...common]],
    [binary, ['logs', '--logs', String(items), ...common]],
  ];
}
