using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>The script that a newcomer types, on a machine that lacks something, with a `dotnet` that only notes what it is asked.</summary>
public sealed class ScriptTests : IDisposable
{
    const string Program = "sandbox/Launcher/bin/Release/net10.0/Webrana.Sandbox.Launcher.dll";

    // Builds the launcher; the whole solution it cannot build, as where npm is missing.
    const string Dotnet = $"""
        #!/bin/sh
        echo "$*" >>calls
        case "$*" in
          --version) [ ! -f too-old ] ;;
          "build sandbox/Launcher/"*) mkdir -p "$(dirname {Program})" && : >{Program} ;;
          build*) echo "Web.csproj : error MSB3073: \"npm ci\" exited with code 127"; exit 1 ;;
        esac
        """;

    readonly TemporaryFolder _clone = new();

    public ScriptTests()
    {
        File.Copy(Path.Combine(Repository.Root, "webrana"), _clone.Combine("webrana"));
        Directory.CreateDirectory(_clone.Combine("bin"));
        File.WriteAllText(_clone.Combine("bin", "dotnet"), Dotnet.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_clone.Combine("bin", "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _clone.Dispose();

    [Fact]
    public async Task The_doctor_runs_where_the_product_cannot_be_built()
    {
        var outcome = await TypeAsync("doctor");

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal(["--version", "build sandbox/Launcher/Sandbox.Launcher.csproj -c Release -v quiet -nologo", $"{Program} doctor"], Calls());
    }

    [Fact]
    public async Task A_build_that_fails_says_why_and_who_knows_what_is_missing()
    {
        var outcome = await TypeAsync("up");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("error MSB3073", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("./webrana doctor", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Program} up", Calls());
    }

    [Fact]
    public async Task An_SDK_that_is_too_old_or_not_there_is_said_in_one_line_with_where_to_get_it()
    {
        await File.WriteAllTextAsync(_clone.Combine("too-old"), "", TestContext.Current.CancellationToken);
        var old = await TypeAsync("up");
        Assert.Equal(1, old.ExitCode);
        Assert.Matches("^The .NET SDK on PATH is too old: .*https://dotnet.microsoft.com/download$", old.Output);

        // Nothing on PATH but what the script needs until it looks for dotnet.
        Directory.CreateDirectory(_clone.Combine("bare"));
        File.CreateSymbolicLink(_clone.Combine("bare", "dirname"), Executables.Find("dirname")!);
        var none = await TypeAsync("doctor", path: _clone.Combine("bare"));
        Assert.Equal(1, none.ExitCode);
        Assert.Matches("^dotnet is not on PATH: .*https://dotnet.microsoft.com/download$", none.Output);
    }

    Task<CommandOutcome> TypeAsync(string command, string? path = null) => Command.RunAsync(
        [Executables.Find("env")!, $"PATH={path ?? $"{_clone.Combine("bin")}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}"}",
            Executables.Find("bash")!, _clone.Combine("webrana"), command],
        cancellation: TestContext.Current.CancellationToken);

    string[] Calls() => File.ReadAllLines(_clone.Combine("calls"));
}
