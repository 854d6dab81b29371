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
          button{font:inherit;padding:.3rem .7rem;margin:.2rem;border:1px solid #90a4b8;border-radius:.4rem;background:#f4f7fa;cursor:pointer}
          .muted{color:#566575}
        </style></head><body>
        <h1>DigitalOcean simulator</h1>
        <p class="muted">Not the real provider: nothing here costs money or runs anywhere. Addresses lead nowhere.</p>
        <h2>Droplets</h2>
        <table><thead><tr><th>Id</th><th>Name</th><th>Status</th><th>Action</th><th>Size</th><th>Region</th><th>IPv4</th><th>Tags</th></tr></thead>
        <tbody id="droplets"></tbody></table>
        <h2>Faults</h2>
        <p>{{string.Concat(FaultKinds.All.Select(kind => $"<button data-kind=\"{kind}\">{kind}</button>"))}}<button id="clear">clear all</button></p>
        <p>Laid out: <span id="faults">none</span></p>
        <script>
          const get = async path => (await fetch('/_sandbox/' + path)).json();
          const cell = (row, text) => { row.insertCell().textContent = text ?? ''; };
          async function show() {
            const body = document.getElementById('droplets'); const list = await get('droplets'); body.replaceChildren();
            for (const { publicIPv4, running, droplet: d } of list) {
              const row = body.insertRow();
              [d.id, d.name, d.status, running, d.size, d.region, d.status === 'new' ? '' : publicIPv4, d.tags.join(' ')].forEach(text => cell(row, text));
            }
            document.getElementById('faults').textContent = (await get('faults')).map(f => f.kind + ' ×' + f.count).join(', ') || 'none';
          }
          document.querySelectorAll('[data-kind]').forEach(button => button.onclick = async () => {
            await fetch('/_sandbox/faults', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: button.dataset.kind, count: 1 }) });
            show();
          });
          document.getElementById('clear').onclick = async () => { await fetch('/_sandbox/faults', { method: 'DELETE' }); show(); };
          show(); setInterval(show, 2000);
        </script></body></html>
        """;
}
