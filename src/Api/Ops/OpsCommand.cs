using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Data;

namespace Webrana.Api.Ops;

/// <summary>
/// <c>ops …</c>: what operators do at a shell. Needs the database only: no silos, no port. The output is for a person or a script, so
/// nothing is logged into it. Exit codes: 0 done and sound, 1 refused or unsound, 2 not understood.
/// </summary>
internal static class OpsCommand
{
    private const string Usage = """
        ops create-admin --email <address> [--name <name>]     the first admin of an installation
        ops reconcile [--json]                                 every promise of the books, asked in SQL; exit code 1 when one is broken
        ops backup --to <file>                                 the whole database in one file, from one snapshot
        ops restore --from <file>                              into an empty database; ends with ops reconcile
        ops rotate-keys [--new-key [--now]]                    encrypts provider tokens and servers' keys anew
        ops verify-audit [--expect SEQ:HASH]                   whether the audit log is as it was written; exit code 1 when it is not
        ops go-live [confirm STEP --by NAME [--note TEXT]]     who has seen what only a person sees before a shop opens (docs/GO-LIVE.md)
        ops export --from <date> --to <date>                   the ledger as CSV on standard output; dates in UTC, the last one excluded
        """;

    public static async Task<int> RunAsync(WebApplicationBuilder builder, DataSources sources, string[] words)
    {
        switch (words)
        {
            case ["create-admin", .. var rest]:
                return await CreateAdminAsync(builder, sources, rest);
            case ["reconcile"] or ["reconcile", "--json"]:
                return await Reconcile.RunAsync(sources, json: words.Length > 1, Console.Out);
            case ["backup", .. var rest]:
                return await Backups.BackupAsync(WithOwner(builder, sources), rest, Console.Out, Console.Error);
            case ["restore", .. var rest]:
                return await Backups.RestoreAsync(WithOwner(builder, sources), builder.Configuration, rest, Console.Out, Console.Error);
            case ["rotate-keys", .. var rest]:
                return await RotateKeys.RunAsync(sources, builder.Configuration, rest, Console.Out, Console.Error);
            case ["verify-audit"]:
                return await VerifyAudit.RunAsync(sources, null, Console.Out);
            case ["verify-audit", "--expect", var expected]:
                return await VerifyAudit.RunAsync(sources, expected, Console.Out);
            case ["go-live", .. var rest]:
                return await GoLive.RunAsync(sources, rest, Console.Out, Console.Error);
            case ["export", .. var rest]:
                return await ExportLedger.RunAsync(sources, rest, Console.Out, Console.Error);
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    // The API itself has no use for the owner's password and is not given it.
    private static DataOptions WithOwner(WebApplicationBuilder builder, DataSources sources)
    {
        sources.Options.OwnerConnectionString = builder.Configuration.GetConnectionString("WebranaOwner");
        return sources.Options;
    }

    private static async Task<int> CreateAdminAsync(WebApplicationBuilder builder, DataSources sources, string[] arguments)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(sources);
        builder.AddWebranaAuthentication();
        builder.AddOrleansClient(sources);
        await using var tool = builder.Build();
        var options = new ConfigurationBuilder().AddCommandLine(arguments).Build();
        return await CreateAdmin.RunAsync(tool.Services, options["email"] ?? "", options["name"] ?? "Admin", Console.Out);
    }
}
