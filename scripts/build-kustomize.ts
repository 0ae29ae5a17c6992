/** Writes webhook/deploy/kustomize/quotafit.yaml: what the chart gives with its own values, without Helm's labels. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderChart, withoutHelm } from './render-chart.ts';

const folder = join(import.meta.dirname, '..', 'webhook', 'deploy');
const rendered = renderChart();
if (rendered.kind === 'failed') throw new Error(rendered.stderr);
writeFileSync(join(folder, 'kustomize', 'quotafit.yaml'), withoutHelm(rendered.text));
