// A client that somebody else wrote for the real provider, against the simulator: create, actions, metrics, delete.
// node third-party.mjs ENDPOINT TOKEN; prints what it saw as one line of JSON.
import { createApiClient } from 'dots-wrapper';

const [endpoint, token] = process.argv.slice(2);
const dots = createApiClient({ endpoint, token });

const until = async (what, ask) => {
  for (let tries = 0; tries < 200; tries++) {
    if (await ask()) return;
    await new Promise(done => setTimeout(done, 50));
  }
  throw new Error(`never: ${what}`);
};
const seen = {};

const account = (await dots.account.getAccount()).data.account;
seen.account = account.status;

const { data: created } = await dots.droplet.createDroplet({
  name: 'third-party', region: 'sgp1', size: 's-1vcpu-1gb', image: 'ubuntu-24-04-x64', monitoring: true, tags: ['third-party'],
});
const droplet_id = created.droplet.id;
seen.created = created.droplet.status;
let droplet;
await until('active', async () => (droplet = (await dots.droplet.getDroplet({ droplet_id })).data.droplet).status === 'active');
seen.address = droplet.networks.v4.some(network => network.type === 'public');
seen.listed = (await dots.droplet.listDroplets({ tag_name: 'third-party' })).data.droplets.length;

const act = async start => {
  const { action } = (await start).data;
  await until(action.type, async () => (await dots.droplet.getDropletAction({ droplet_id, action_id: action.id })).data.action.status === 'completed');
  return action.type;
};
seen.actions = [
  await act(dots.droplet.powerOffDroplet({ droplet_id })),
  await act(dots.droplet.powerOnDroplet({ droplet_id })),
  await act(dots.droplet.rebootDroplet({ droplet_id })),
  await act(dots.droplet.renameDroplet({ droplet_id, name: 'renamed' })),
  await act(dots.droplet.snapshotDroplet({ droplet_id, name: 'kept' })),
];
seen.log = (await dots.droplet.listDropletActions({ droplet_id })).data.actions.length;
seen.snapshots = (await dots.droplet.listDropletSnapshots({ droplet_id })).data.snapshots.map(snapshot => snapshot.name);

const now = Math.floor(Date.now() / 1000);
const span = { host_id: String(droplet_id), start: String(now - 3600), end: String(now + 3600) };
seen.cpu = (await dots.monitoring.getDropletCpuMetrics(span)).data.status;
seen.bandwidth = (await dots.monitoring.getDropletBandwidthMetrics({ ...span, network_interface: 'public', traffic_direction: 'inbound' })).data.status;

await dots.droplet.deleteDroplet({ droplet_id });
await until('gone', async () => dots.droplet.getDroplet({ droplet_id }).then(() => false, error => error.response?.status === 404));
seen.gone = true;
console.log(JSON.stringify(seen));
