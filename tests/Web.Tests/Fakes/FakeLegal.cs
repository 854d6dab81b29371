using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Webrana.Wire;
using Webrana.Wire.Legal;

namespace Webrana.Web.Tests.Fakes;

sealed partial class FakeWorld
{
    /// <summary>What binds: document → version.</summary>
    public Dictionary<LegalDocumentName, int> Legal { get; } = Enum.GetValues<LegalDocumentName>().ToDictionary(document => document, _ => 1);

    /// <summary>What the customer said yes to.</summary>
    public Dictionary<LegalDocumentName, int> Accepted { get; } = Enum.GetValues<LegalDocumentName>().ToDictionary(document => document, _ => 1);

    /// <summary>Published ahead by an admin.</summary>
    public List<LegalDocumentVersion> Published { get; } = [];

    public LegalStanding Standing() => new(Legal.All(one => Accepted[one.Key] >= one.Value), [.. Legal.Select(one => new LegalStandingItem(
        one.Key, one.Value, Start.AddDays(-20), true, Accepted[one.Key] >= one.Value ? Start.AddDays(-9) : null))]);
}

static class FakeLegal
{
    public static void Map(WebApplication app, FakeWorld world)
    {
        app.MapGet("/api/v1/legal/{document}", (string document, string? locale) => document switch
        {
            "terms" or "privacy" or "acceptable-use" => Results.Json(new LegalText(
                LegalDocumentName.Terms, 1, FakeWorld.Start.AddDays(-300), locale ?? "id",
                locale == "en" ? "# Terms of Service\n\nRead this <b>once</b>.\n\n## 1. The service\n- One\n- Two" : "# Syarat Layanan\n\nBacalah <b>sekali</b>.\n\n## 1. Layanan\n- Satu\n- Dua")),
            _ => FakeWorld.Problem(404, ProblemCodes.NotFound),
        });
        app.MapGet("/internal/legal", () => new Page<LegalDocumentVersion>([.. world.Legal.Select(one => new LegalDocumentVersion(one.Key, one.Value, FakeWorld.Start.AddDays(-300), true)), .. world.Published]));
        app.MapPost("/internal/legal", (PublishLegalRequest asked) =>
        {
            world.Published.Add(new LegalDocumentVersion(asked.Document, asked.Version, asked.EffectiveAt, false));
            return Results.Json(world.Published[^1], statusCode: 201);
        });
        app.MapGet("/api/v1/me/legal", () => world.Standing());
        app.MapPost("/api/v1/me/legal", (AcceptLegalRequest asked) =>
        {
            foreach (var yes in asked.Accept) world.Accepted[yes.Document] = yes.Version;
            return world.Standing();
        });
    }
}
