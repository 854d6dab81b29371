namespace Webrana.Domain.Droplets;

/// <summary>How a server gets another operating system.</summary>
public enum RebuildKind
{
    /// <summary>The provider installs it on the same droplet: id, name and addresses stay.</summary>
    InPlace,

    /// <summary>A new droplet takes its place under the same instance: it gets another address.</summary>
    Replace,
}

/// <summary>Which images are of one family: only inside a family does the provider rebuild in place.</summary>
public static class OsFamily
{
    /// <summary>The distribution an image slug names: <c>ubuntu-24-04-x64</c> → <c>ubuntu</c>, <c>centos-stream-9-x64</c> → <c>centos-stream</c>.</summary>
    public static string Of(string image)
    {
        var words = image.Split('-').TakeWhile(word => word.Length > 0 && !char.IsAsciiDigit(word[0]));
        return string.Join('-', words);
    }

    /// <summary>How <paramref name="wanted"/> gets onto a server that runs <paramref name="current"/>.</summary>
    /// <param name="managed">Our key is on the server: without it nothing tells afterwards whether the owner can enter again.</param>
    public static RebuildKind KindOf(string current, string wanted, bool managed) =>
        managed && Of(current) is { Length: > 0 } family && family == Of(wanted) ? RebuildKind.InPlace : RebuildKind.Replace;
}
