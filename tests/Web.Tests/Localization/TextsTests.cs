using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Webrana.BrowserTesting;
using Webrana.Web.Localization;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Localization;

public sealed partial class TextsTests
{
    // Keys that are put together at run time, by the part that is fixed.
    static readonly string[] BuiltKeys =
    [
        "ActionStatus.", "Actor.", "BillingPeriod.", "Channel.", "Console.End.", "Deposit.Ended.", "Drift.Kind.", "Drift.Outcome.", "Provider.Alarm.", "ProviderAlarmCode.", "ProviderMode.", "DepositStatus.", "Error.",
        "BackupPlan.", "BackupWeekday.", "Reason.", "AddonType.", "AddonUse.", "RenewalPriority.", "TokenArea.", "TokenKind.", "ActionStep.", "ResizeObstacle.", "Firewall.State.", "FirewallProtocol.", "FirewallTemplate.",
        "Notice.", "NotificationGroup.", "DeliveryChannel.", "DeliveryStage.", "InvoiceKind.", "Invoices.Paid",
        "Role.", "Roles.May.", "Audit.Area.", "Alarm.", "Report.", "ReportName.", "Reports.By.", "FoundKind.", "MoneyRequestKind.", "MoneyRequestStatus.", "PaymentCaseKind.", "PaymentResolution.", "Payments.How.", "Payments.Means.", "Search.By.", "Timeline.Kind.", "Timeline.State.", "OrderTrouble.", "Banner.", "ShopSwitchName.", "Switches.Means.",
        "Graphs.Range.",
        "PromoField.", "PromoReviewKind.", "PromoStatus.", "PromoType.", "PromoTypeText.", "PromoUsageCause.", "PromoUsageStatus.", "TransactionCause.", "ReferralDoubt.", "ReferralStatus.",
        "InstanceActionType.", "InstanceStatus.", "Obstacle.", "Per.", "ReferenceType.", "RunwayEvent.", "Servers.Filter.",
    ];

    static readonly Dictionary<string, string> Indonesian = Read(CultureInfo.InvariantCulture);
    static readonly Dictionary<string, string> English = Read(CultureInfo.GetCultureInfo("en"));

    [Fact]
    public void Both_languages_have_the_same_keys_and_no_empty_text()
    {
        Assert.Equal(Indonesian.Keys.Order(), English.Keys.Order());
        Assert.DoesNotContain(Indonesian.Concat(English), text => string.IsNullOrWhiteSpace(text.Value));
    }

    [Fact]
    public void Both_languages_take_the_same_values()
    {
        foreach (var (key, text) in Indonesian) Assert.True(Holes(text).SequenceEqual(Holes(English[key])), key);
    }

    [Fact]
    public void Every_key_in_the_sources_exists_and_every_key_is_used()
    {
        var used = Sources().SelectMany(file => UsedKey().Matches(file.Text).Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.DoesNotContain(used, key => !Indonesian.ContainsKey(key));
        // Keys also stand as plain strings in tables such as the navigation.
        var everything = string.Concat(Sources().Select(file => file.Text));
        Assert.DoesNotContain(Indonesian.Keys, key => !used.Contains(key) && !BuiltKeys.Any(start => key.StartsWith(start, StringComparison.Ordinal))
            && !everything.Contains($"\"{key}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_value_of_an_enum_that_is_shown_has_a_word_in_both_languages()
    {
        string[] keys = [.. Keys<InstanceStatus>(), .. Keys<InstanceActionType>(), .. Keys<BackupWeekday>(), .. Keys<ActionStatus>(), .. Keys<DepositStatus>(), .. Keys<ReferenceType>(), .. Keys<PromoType>(), .. Keys<PromoStatus>(), .. Keys<PromoUsageStatus>(), .. Keys<PromoUsageCause>(), .. Keys<TransactionCause>(), .. Keys<ReferralStatus>(), .. Keys<ReferralDoubt>(), .. Keys<PromoReviewKind>(), .. Keys<BillingPeriod>(), .. Keys<Webrana.Wire.Billing.RunwayEvent>(),
            .. Keys<Webrana.Wire.Notifications.NotificationGroup>(), .. Keys<Webrana.Wire.Notifications.DeliveryChannel>(), .. Keys<Webrana.Wire.Notifications.DeliveryStage>(), .. Keys<Webrana.Wire.Papers.InvoiceKind>(), .. Keys<Webrana.Wire.Admin.OrderTrouble>()];
        Assert.DoesNotContain(keys, key => !Indonesian.ContainsKey(key));
    }

    [Fact]
    public void Every_kind_of_notice_has_a_name_in_both_languages()
    {
        var kinds = NoticeCode().Matches(File.ReadAllText(RepositoryPath.Of("src", "Notices", "NoticeCatalogue.cs"))).Select(match => $"Notice.{match.Groups[1].Value}").ToArray();
        Assert.NotEmpty(kinds);
        Assert.DoesNotContain(kinds, key => !Indonesian.ContainsKey(key));
    }

    [Fact]
    public void No_word_stands_in_the_markup_itself()
    {
        var found = new List<string>();
        foreach (var (name, text) in Sources().Where(file => file.Name.EndsWith(".razor", StringComparison.Ordinal)))
        {
            var markup = Comment().Replace(CodeBlock().Replace(text, ""), "");
            found.AddRange(TextNode().Matches(markup).Select(match => match.Groups[1].Value.Trim()).Where(IsWords).Select(words => $"{name}: {words}"));
            found.AddRange(WordyAttribute().Matches(markup).Select(match => $"{name}: {match.Value}"));
        }

        Assert.Empty(found);
    }

    [Fact]
    public void A_key_that_does_not_exist_is_an_error_and_not_an_empty_page() =>
        Assert.Throws<MissingTextException>(() => new Texts(CultureInfo.InvariantCulture)["No.Such.Key"]);

    static bool IsWords(string text) => Words().IsMatch(text) && !text.Contains("Webrana", StringComparison.Ordinal) && text is not ("vCPU" or "Rp" or "Ctrl");

    static IEnumerable<string> Keys<TEnum>() where TEnum : struct, Enum => Enum.GetNames<TEnum>().Select(name => $"{typeof(TEnum).Name}.{name}");

    static string[] Holes(string text) => [.. Hole().Matches(text).Select(match => match.Value).Distinct().Order()];

    static IEnumerable<(string Name, string Text)> Sources()
    {
        var root = RepositoryPath.Of("src", "Web");
        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Select(file => (Path.GetRelativePath(root, file), File.ReadAllText(file)));
    }

    static Dictionary<string, string> Read(CultureInfo culture)
    {
        // Without the parents: a missing English text must not be covered by the Indonesian one.
        return Texts.Resources.SelectMany(area =>
        {
            var set = area.GetResourceSet(culture, createIfNotExists: true, tryParents: false) ?? throw new MissingManifestResourceException($"{area.BaseName} {culture.Name}");
            return set.Cast<DictionaryEntry>();
        }).ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }

    [GeneratedRegex(@"new\(NoticeKind\.\w+, ""([a-z_.]+)"",")]
    private static partial Regex NoticeCode();

    [GeneratedRegex("""(?:\bT|\btexts|\bthis)\["([^"$]+)"(?=[\],])""")]
    private static partial Regex UsedKey();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"\n@code \{.*\z", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![=@\w(<])>([^<>@{}();=]+)<")]
    private static partial Regex TextNode();

    [GeneratedRegex("""\b(?:placeholder|title|alt|aria-label|Label|Title|Hint|Lead)="(?!@)[^"]*\p{L}{2,}[^"]*"(?<!"Webrana")""")]
    private static partial Regex WordyAttribute();

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Words();
}
