using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Cloud;

/// <summary>Finds images by slug or id, the account's own included.</summary>
internal static class Images
{
    public static ImageInfo? Find(AccountState account, JsonNode? reference) => reference is JsonValue value
        ? value.GetValueKind() switch
        {
            JsonValueKind.String => Find(account, value.GetValue<string>()),
            JsonValueKind.Number => Find(account, value.ToString()),
            _ => null,
        }
        : null;

    public static ImageInfo? Find(AccountState account, string slugOrId) =>
        ImageCatalogue.All.FirstOrDefault(image => image.Slug == slugOrId)
        ?? (long.TryParse(slugOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? ImageCatalogue.All.Concat(account.Snapshots.Select(snapshot => snapshot.Image)).FirstOrDefault(image => image.Id == id)
            : null);
}
