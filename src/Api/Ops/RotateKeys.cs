using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Webrana.Data;
using Webrana.Data.Protection;

namespace Webrana.Api.Ops;

/// <summary><c>ops rotate-keys</c>: encrypts provider tokens, servers' keys, the keys of kept answers, secrets of webhooks and second factors anew, under the ring's key in force.</summary>
internal static class RotateKeys
{
    public static async Task<int> RunAsync(DataSources sources, IConfiguration configuration, string[] arguments, TextWriter output, TextWriter errors)
    {
        var services = new ServiceCollection();
        services.AddSingleton(sources).AddWebranaProtection(configuration);
        await using var provider = services.BuildServiceProvider();
        var rotation = new KeyRotation(
            sources, provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<IKeyManager>(), TimeProvider.System);
        switch (arguments)
        {
            case ["--new-key"] or ["--new-key", "--now"]:
                var atOnce = arguments.Length > 1;
                var (key, from) = rotation.MakeKey(atOnce);
                await output.WriteLineAsync(atOnce
                    ? $"Key {key} is in force. Restart every silo and API, then run ops rotate-keys."
                    : string.Create(CultureInfo.InvariantCulture, $"Key {key} comes into force at {from:yyyy-MM-dd HH:mm} UTC, when every process knows it. Run ops rotate-keys after that."));
                return 0;
            case []:
                var report = await rotation.RunAsync();
                await output.WriteLineAsync(
                    $"Under key {report.Key}: {report.Tokens} provider tokens, {report.Servers} servers' keys, {report.Seals} keys of kept answers, "
                    + $"{report.Webhooks} secrets of webhooks and {report.SecondFactors} of second factors encrypted anew"
                    + (report.Left == 0 ? "; nothing is left under another." : $"; {report.Left} changed meanwhile: run it again."));
                return report.Left == 0 ? 0 : 1;
            default:
                await errors.WriteLineAsync("Usage: ops rotate-keys [--new-key [--now]]");
                return 2;
        }
    }
}
