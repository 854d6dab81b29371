using System.Xml.Linq;
using Webrana.Sandbox.Launcher.Testing;

namespace Webrana.Sandbox.Tests.Testing;

public class SecondLookTests
{
    [Fact]
    public void A_wait_that_ran_out_in_a_browser_is_asked_once_more()
    {
        var failure = Failure("Console_opens", "Not within 00:00:30: the terminal is ready");

        Assert.Equal([failure], new SecondLook().Take("Web.Tests", Outcome(failure)));
    }

    [Theory]
    [InlineData("Domain.Tests")]
    [InlineData("Data.Tests")]
    [InlineData("Cluster.Tests")]
    public void Pure_rules_SQL_and_killed_clusters_answer_for_their_first_run(string project) =>
        Assert.Empty(new SecondLook().Take(project, Outcome(Failure("Balances_agree", "Assert.Equal() Failure"))));

    // The first run that looked twice met a bonus that was given without a place: it was there now and then, and it was no accident.
    [Theory]
    [InlineData("Api.Tests", "Webrana.Api.Tests.Webhooks.TripayWebhookTests")]
    [InlineData("Api.Tests", "Webrana.Api.Tests.Idempotency.RepeatTests")]
    [InlineData("Api.Tests", "Webrana.Api.Tests.Admin.MoneyDeskTests")]
    [InlineData("Grains.Tests", "Webrana.Grains.Tests.Limits.LimitTests")]
    [InlineData("Grains.Tests", "Webrana.Grains.Tests.Promos.PromoFaultTests")]
    [InlineData("Grains.Tests", "Webrana.Grains.Tests.Droplets.Orders.OrderTests")]
    public void A_wrong_value_where_money_and_servers_are_decided_is_no_accident(string project, string type)
    {
        var look = new SecondLook();

        Assert.Empty(look.Take(project, Outcome(WrongValue(type))));
        Assert.Single(look.Take(project, Outcome(Failure("Books", "Not within 00:01:30: the bonus is there") with { Type = type })));
    }

    [Theory]
    [InlineData("Api.Tests", "Webrana.Api.Tests.Journeys.EventTests")]
    [InlineData("Grains.Tests", "Webrana.Grains.Tests.Monitoring.WatchTests")]
    [InlineData("Web.Tests", "Webrana.Web.Tests.Droplets.OverviewTests")]
    public void A_wrong_value_where_they_are_only_told_is_asked_once_more(string project, string type) =>
        Assert.Single(new SecondLook().Take(project, Outcome(WrongValue(type))));

    [Fact]
    public void A_counter_example_that_was_found_stays_found()
    {
        var look = new SecondLook();

        Assert.Empty(look.Take("Grains.Tests", Outcome(Failure("Lots", "Set seed: \"0000aa\" or -e CsCheck_Seed"))));
        Assert.Empty(look.Take("Grains.Tests", Outcome(Failure("Lots", "no lot is negative", "at CsCheck.Check.Sample[T](...)"))));
    }

    [Fact]
    public void Setting_something_up_is_no_search()
    {
        var failure = Failure("Order", "Not within 00:01:30", "at Webrana.Testing.WebranaCluster.SeedPlansAsync()");

        Assert.Equal([failure], new SecondLook().Take("Grains.Tests", Outcome(failure)));
    }

    [Fact]
    public void More_than_a_few_are_no_accident()
    {
        var look = new SecondLook();
        Assert.Single(look.Take("Api.Tests", Outcome(Failure("One", "slow"))));

        Assert.Empty(look.Take("Web.Tests", Outcome(Failure("Two", "slow"), Failure("Three", "slow"), Failure("Four", "slow"))));
        Assert.Equal(2, look.Take("EndToEnd.Tests", Outcome(Failure("Five", "slow"), Failure("Six", "slow"))).Count);
        Assert.Empty(look.Take("EndToEnd.Tests", Outcome(Failure("Seven", "slow"))));
    }

    [Fact]
    public void Two_rows_of_one_theory_are_one_look() =>
        Assert.Single(new SecondLook().Take("Web.Tests", Outcome(Failure("Page", "slow"), Failure("Page", "slow"))));

    [Fact]
    public void A_project_that_crashed_has_nothing_to_look_at()
    {
        var failure = Failure("One", "slow");

        Assert.Empty(new SecondLook().Take("Web.Tests", new TestOutcome(5, 1, 0, [failure], "Web.Tests ended with 134")));
        Assert.Empty(new SecondLook().Take("Web.Tests", new TestOutcome(5, 2, 0, [failure])));
    }

    [Fact]
    public void A_failure_is_read_with_its_method_its_words_and_its_place()
    {
        var failure = TestFailure.Read(XElement.Parse("""
            <test name="N.Pages.Opens(wide: True)" type="N.Pages" method="Opens" result="Fail">
              <failure exception-type="System.TimeoutException"><message>Not within 30 s</message><stack-trace>at N.Pages.Opens()</stack-trace></failure>
            </test>
            """));

        Assert.Equal(new TestFailure("N.Pages.Opens(wide: True)", "N.Pages", "Opens", "Not within 30 s", "at N.Pages.Opens()", "System.TimeoutException"), failure);
        Assert.Equal("N.Pages.Opens", failure.FullName);
    }

    static TestFailure Failure(string method, string message, string where = "") => new($"N.Pages.{method}", "N.Pages", method, message, where, "System.TimeoutException");

    static TestFailure WrongValue(string type) => Failure("Books", "Assert.Equal() Failure") with { Type = type, Exception = "Xunit.Sdk.EqualException" };

    static TestOutcome Outcome(params TestFailure[] failures) => new(10, failures.Length, 0, failures);
}
