using Webrana.Api.Promos;
using Webrana.Data.Promos;

namespace Webrana.Api.Tests.Promos;

/// <summary>A file that is opened in a spreadsheet: what a customer chose must stay text there.</summary>
public sealed class UsageCsvTests
{
    static readonly DateTimeOffset At = new(2026, 3, 1, 5, 6, 7, TimeSpan.Zero);

    static string Email(string? email) => UsageCsv.Line(
        new PromoUsageRow("welcome:x", Guid.Empty, 1, 10_000, UsageStage.Given, 1, At, At), email).Split(',')[4];

    [Theory]
    [InlineData("=cmd|'/c calc'!A1@x.id", "\"'=cmd|'/c calc'!A1@x.id\"")]
    [InlineData("+62@x.id", "\"'+62@x.id\"")]
    [InlineData("-1@x.id", "\"'-1@x.id\"")]
    [InlineData("@x.id", "\"'@x.id\"")]
    [InlineData("\tx@x.id", "\"'\tx@x.id\"")]
    [InlineData("\rx@x.id", "\"'\rx@x.id\"")]
    [InlineData("\"a\"@x.id", "\"\"\"a\"\"@x.id\"")]
    [InlineData("budi@x.id", "\"budi@x.id\"")]
    [InlineData(null, "")]
    public void What_could_be_a_formula_is_text_and_quotes_are_doubled(string? email, string cell) => Assert.Equal(cell, Email(email));

    [Fact]
    public void A_line_ends_as_the_standard_says_and_a_comma_stays_inside_its_cell() => Assert.Equal(
        "2026-03-01T05:06:07Z,2026-03-01T05:06:07Z,COMMITTED,00000000-0000-0000-0000-000000000000,\"a,b@x.id\",,\"welcome:x\",10000,,0\r\n",
        UsageCsv.Line(new PromoUsageRow("welcome:x", Guid.Empty, 1, 10_000, UsageStage.Given, 1, At, At), "a,b@x.id"));

    [Fact]
    public void What_was_taken_back_says_when_and_what_was_left() => Assert.EndsWith(
        "TAKEN_BACK,00000000-0000-0000-0000-000000000000,,,\"referral:x\",10000,2026-03-01T05:06:07Z,4000\r\n",
        UsageCsv.Line(new PromoUsageRow("referral:x", Guid.Empty, 1, 10_000, UsageStage.TakenBack, 1, At, At, At, 4_000), null), StringComparison.Ordinal);
}
