using System.Text.Json;

namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>JSON files of the data folder: written whole (never half) and readable by their owner only.</summary>
static class JsonFile
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static T? Read<T>(string file) where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), Options) : null;
        }
        catch (JsonException)
        {
            throw new LauncherException($"{file} cannot be read; remove it, or start with --fresh.");
        }
    }

    internal static void Write<T>(string file, T value)
    {
        var draft = file + ".draft";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, create))
            JsonSerializer.Serialize(stream, value, Options);
        File.Move(draft, file, overwrite: true);
    }
}
