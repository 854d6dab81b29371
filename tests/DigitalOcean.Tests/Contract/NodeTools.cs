using System.Diagnostics;
using System.Security.Cryptography;

namespace Webrana.DigitalOcean.Tests.Contract;

/// <summary>The npm packages beside this file at their locked versions, installed once per machine into a cache folder.</summary>
static class NodeTools
{
    static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The folder that holds <c>node_modules</c>.</summary>
    public static Task<string> FolderAsync() => Installed.Value;

    /// <summary>Starts a Node program; its output is kept for whoever has to say why it failed.</summary>
    public static Process Start(string folder, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("node", arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(Process process)
    {
        using (process)
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"It ended with {process.ExitCode}:\n{await output}\n{await errors}");
        }
    }

    static async Task<string> InstallAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Contract", "node");
        var locked = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(source, "package-lock.json"))))[..16];
        var folder = Path.Combine(Path.GetTempPath(), $"webrana-npm-{locked}");
        if (Directory.Exists(folder))
            return folder;

        // Made beside and renamed: whoever comes second finds all of it or nothing.
        var beside = Directory.CreateDirectory($"{folder}.{Environment.ProcessId}").FullName;
        foreach (var file in Directory.EnumerateFiles(source, "package*.json"))
            File.Copy(file, Path.Combine(beside, Path.GetFileName(file)));
        await RunAsync(Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = beside,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        try
        {
            Directory.Move(beside, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(beside, recursive: true);
        }

        return folder;
    }
}
