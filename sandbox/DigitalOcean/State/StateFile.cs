using System.Text.Json;

namespace Webrana.Sandbox.DigitalOcean.State;

/// <summary>Keeps the state across restarts. A crash leaves either the old or the new file whole: written beside, flushed, renamed.</summary>
internal sealed class StateFile(string path)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public SimulatorState? Load()
    {
        if (!File.Exists(path))
            return null;
        using var stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<SimulatorState>(stream, Options);
    }

    public void Save(SimulatorState state)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var beside = path + ".new";
        using (var stream = new FileStream(beside, NewFile()))
        {
            JsonSerializer.Serialize(stream, state, Options);
            stream.Flush(flushToDisk: true);
        }
        File.Move(beside, path, overwrite: true);
    }

    // User data in it may hold passwords, even in a sandbox.
    static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
