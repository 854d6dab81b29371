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
            if (!File.Exists(file))
                return null;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<T>(stream, Options);
        }
        catch (FileNotFoundException)
        {
            return null; // Deleted in this very moment.
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
        Replace(draft, file);
    }

    // Windows replaces no file that somebody is just reading, and `up --detach` reads one ten times a second.
    static void Replace(string draft, string file)
    {
        using var never = new ManualResetEventSlim();
        for (var tries = 1; ; tries++)
        {
            try
            {
                File.Move(draft, file, overwrite: true);
                return;
            }
            catch (Exception e) when (OperatingSystem.IsWindows() && tries < 100 && e is IOException or UnauthorizedAccessException)
            {
                never.Wait(TimeSpan.FromMilliseconds(20));
            }
        }
    }
}
