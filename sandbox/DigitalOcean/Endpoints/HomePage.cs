using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>A page for a person: the droplets there are, and a switch per fault.</summary>
internal static class HomePage
{
    public static string Html { get; } = $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>DigitalOcean simulator</title>
        <style>
          body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b2733;background:#fff}
          table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #dde3ea}
          label{display:inline-block;margin:.2rem .8rem .2rem 0}input,select{font:inherit;max-width:13rem}
          button{font:inherit;padding:.3rem .7rem;margin:.2rem;border:1px solid #90a4b8;border-radius:.4rem;background:#f4f7fa;cursor:pointer}
          .muted{color:#566575}
        </style></head><body>
        <h1>DigitalOcean simulator</h1>
        <p class="muted">Not the real provider: nothing here costs money or runs anywhere. Addresses lead nowhere.</p>
        <h2>Droplets</h2>
        <table><thead><tr><th>Id</th><th>Name</th><th>Status</th><th>Action</th><th>Size</th><th>Region</th><th>IPv4</th><th>Tags</th></tr></thead>
        <tbody id="droplets"></tbody></table>
        <h2>Faults</h2>
        <p class="muted">A button lays its fault out with what stands in the fields; empty fields do not narrow it. Times −1 lasts until cleared: an outage, a revoked token.</p>
        <form id="how">
          <label>Times <input name="count" type="number" value="1" min="-1"></label>
          <label>Method <select name="method"><option></option><option>GET</option><option>POST</option><option>PUT</option><option>DELETE</option></select></label>
          <label>Path <input name="path" placeholder="/v2/droplets/{id}/actions" list="paths"></label>
          <label>Action <input name="type" placeholder="create, resize, …"></label>
          <label>Seconds <input name="seconds" type="number" step="0.1" min="0"></label>
          <label>Milliseconds <input name="ms" type="number" min="0"></label>
          <label>Reads <input name="reads" type="number" min="0"></label>
          <datalist id="paths"><option>/v2/droplets</option><option>/v2/droplets/{id}</option><option>/v2/droplets/{id}/actions</option><option>/v2/actions</option><option>/v2/firewalls</option><option>/v2/*</option></datalist>
        </form>
        <p>{{string.Concat(FaultKinds.All.Select(kind => $"<button data-kind=\"{kind}\">{kind}</button>"))}}<button id="clear">clear all</button></p>
        <p>Laid out: <span id="faults">none</span></p>
        <h2>Settings</h2>
        <p id="settings"></p>
        <script>
          const get = async path => (await fetch('/_sandbox/' + path)).json();
          const post = (path, body) => fetch('/_sandbox/' + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
          async function settings() {
            const place = document.getElementById('settings'); place.replaceChildren();
            for (const [name, value] of Object.entries(await get('settings'))) {
              if (typeof value !== 'boolean' && typeof value !== 'number') continue;
              const label = document.createElement('label'), input = document.createElement('input');
              input.name = name; input.type = typeof value === 'boolean' ? 'checkbox' : 'number';
              if (typeof value === 'boolean') input.checked = value; else { input.value = value; input.step = 'any'; }
              input.onchange = async () => { await post('settings', { [name]: typeof value === 'boolean' ? input.checked : Number(input.value) }); settings(); };
              label.append(name + ' ', input); place.append(label);
            }
          }
          const cell = (row, text) => { row.insertCell().textContent = text ?? ''; };
          async function show() {
            const body = document.getElementById('droplets'); const list = await get('droplets'); body.replaceChildren();
            for (const { publicIPv4, running, droplet: d } of list) {
              const row = body.insertRow();
              [d.id, d.name, d.status, running, d.size, d.region, d.status === 'new' ? '' : publicIPv4, d.tags.join(' ')].forEach(text => cell(row, text));
            }
            document.getElementById('faults').textContent = (await get('faults')).map(f => [f.kind, '×' + f.count, f.method, f.path, f.type].filter(Boolean).join(' ')).join(', ') || 'none';
          }
          document.querySelectorAll('[data-kind]').forEach(button => button.onclick = async () => {
            const fault = { kind: button.dataset.kind };
            for (const [name, value] of new FormData(document.getElementById('how')))
              if (value !== '') fault[name] = ['method', 'path', 'type'].includes(name) ? value : Number(value);
            await post('faults', fault);
            show();
          });
          document.getElementById('clear').onclick = async () => { await fetch('/_sandbox/faults', { method: 'DELETE' }); show(); };
          show(); settings(); setInterval(show, 2000);
        </script></body></html>
        """;
}
