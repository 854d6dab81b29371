using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Webrana.Data.Notices;

namespace Webrana.Data.Protection;

/// <summary>
/// Closes the figures of a notice that carries a link, from the moment it is a row until its mail is made: whoever reads the outbox opens nobody's account.
/// They open under their own notice alone, so that a row's link cannot be had mailed to somebody else.
/// </summary>
/// <remarks>No key rotation brings them along: they are forgotten within a day or so, and the ring keeps the keys that closed them.</remarks>
public sealed class NoticeSeal(IDataProtectionProvider protection)
{
    // The one figure of a notice that is closed. No kind has one of this name.
    private const string Figure = "sealed";

    // A silo of a release that knows no seal would mail the panel's first page in place of the link, and forget the link. An address that is none it
    // refuses, and the row waits for one that can open it.
    private const string Address = "url";

    private readonly IDataProtector _protector = protection.CreateProtector("webrana.notices.facts");

    /// <summary>With its figures closed.</summary>
    public NoticeRow Close(NoticeRow notice) =>
        notice with { Facts = new Dictionary<string, string> { [Figure] = Of(notice).Protect(JsonSerializer.Serialize(notice.Facts)), [Address] = "" } };

    /// <summary>With its figures as they were; one that was never closed as it is.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They are another notice's, or the ring does not know their key any more.</exception>
    public NoticeRow Open(NoticeRow notice) => notice.Facts.TryGetValue(Figure, out var closed)
        ? notice with { Facts = JsonSerializer.Deserialize<Dictionary<string, string>>(Of(notice).Unprotect(closed))! }
        : notice;

    private IDataProtector Of(NoticeRow notice) => _protector.CreateProtector(notice.Id.ToString("N"));
}
