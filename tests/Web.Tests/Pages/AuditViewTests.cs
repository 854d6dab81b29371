using System.Text.Json;
using Webrana.Web.Admin;
using Webrana.Wire.Admin;

namespace Webrana.Web.Tests.Pages;

/// <summary>What a line of the audit log shows of a change.</summary>
public sealed class AuditViewTests
{
    static AuditEntry Line(string action, string? before, string? after, string? detail) => new(
        "1", new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero), "admin:a", action, "plan:basic-1", null, null, Json(before), Json(after), Json(detail));

    static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);

    [Fact]
    public void An_intent_shows_what_was_asked_for_and_not_that_all_the_rest_would_go()
    {
        const string Found = """{"name": "Basic 1", "priceMonthly": 99000}""";
        Assert.Equal(
            [("priceMonthly", "99000", "109000")],
            AuditView.Changes(Line("plan.change_requested", Found, null, """{"asked": {"priceMonthly": 109000, "name": "Basic 1", "priceDaily": null}}""")));
        Assert.Empty(AuditView.Changes(Line("plan.change_requested", Found, null, """{"asked": null}""")));
        Assert.Equal([("roles", "customer", "admin, customer")], AuditView.Changes(
            Line("role.change_requested", """{"roles": ["customer"]}""", """{"roles": ["admin", "customer"]}""", """{"asked": {"role": "admin"}}""")));
    }

    [Fact]
    public void An_outcome_shows_every_member_that_differs() => Assert.Equal(
        [("priceMonthly", "99000", "109000")],
        AuditView.Changes(Line("plan.priced", """{"name": "Basic 1", "priceMonthly": 99000}""", """{"name": "Basic 1", "priceMonthly": 109000}""", null)));
}
