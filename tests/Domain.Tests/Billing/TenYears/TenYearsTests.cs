using System.Diagnostics;

namespace Webrana.Domain.Tests.Billing.TenYears;

/// <summary>
/// Ten simulated years of 200 servers: mixed periods, price changes, short balances, bonuses that lapse, outages, month ends and leap days.
/// The product's pure core and a model that shares no code with it must come to the same charges, each at the same instant, and the same purse.
/// </summary>
public sealed class TenYearsTests
{
    private const int Customers = 50, ServersEach = 4;

    [Fact]
    public void Ten_years_of_two_hundred_servers_come_to_what_an_independent_model_comes_to()
    {
        var began = Stopwatch.GetTimestamp();
        long charged = 0, modelled = 0;
        int charges = 0, forecasts = 0, lost = 0;
        for (var customer = 0; customer < Customers; customer++)
        {
            var script = Script.Of(customer, ServersEach);
            var (real, model) = (new RealCustomer(script), new ModelCustomer(script));
            real.Play();
            model.Play();

            AssertSame(customer, model.Charges, real.Charges);
            Assert.Equal(model.PurseAt(Script.End), real.PurseAt(Script.End));
            AssertContiguous(real.Charges);
            charged += real.Charges.Sum(charge => charge.AmountIdr);
            modelled += model.Charges.Sum(charge => charge.AmountIdr);
            charges += real.Charges.Count;
            forecasts += real.Forecasts;
            lost += real.Charges.Count(charge => charge.Period == 1) - real.Charges.DistinctBy(charge => charge.Server).Count();
        }

        Assert.Equal(modelled, charged);
        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{charges:N0} charges, Rp {charged:N0}, {forecasts} forecasts compared, {lost} servers lost and ordered again, {took.TotalSeconds:F1} s");
        Assert.True(took < TimeSpan.FromSeconds(60), $"{took} instead of less than a minute");
        // A history in which nothing happened proves nothing.
        Assert.True(charges > 50_000 && forecasts > 50 && lost > 5, $"{charges} charges, {forecasts} forecasts, {lost} lost");
    }

    [Theory]
    [InlineData(31)]
    [InlineData(7)]
    public void Any_other_ten_years_do_too(int firstSeed)
    {
        for (var seed = firstSeed * 1_000; seed < (firstSeed * 1_000) + 12; seed++)
        {
            var script = Script.Of(seed, 3);
            var (real, model) = (new RealCustomer(script), new ModelCustomer(script));
            real.Play();
            model.Play();
            AssertSame(seed, model.Charges, real.Charges);
            Assert.Equal(model.PurseAt(Script.End), real.PurseAt(Script.End));
        }
    }

    private static void AssertSame(int seed, List<Charge> model, List<Charge> real)
    {
        for (var n = 0; n < Math.Min(model.Count, real.Count); n++)
            Assert.True(model[n] == real[n], $"seed {seed}, charge {n}: {Say(real[n])} where the model has {Say(model[n])}; before it {(n > 0 ? Say(real[n - 1]) : "nothing")}");
        Assert.True(model.Count == real.Count, $"seed {seed}: {real.Count} charges, the model has {model.Count}");
    }

    // One charge per server and period, in order, without a gap; a new order begins at 1.
    private static void AssertContiguous(List<Charge> charges)
    {
        foreach (var server in charges.GroupBy(charge => charge.Server))
        {
            var period = 0;
            foreach (var charge in server)
            {
                Assert.True(charge.Period == period + 1 || charge.Period == 1, $"server {server.Key}: period {charge.Period} after {period}");
                period = charge.Period;
            }
        }
    }

    private static string Say(Charge charge) =>
        $"server {charge.Server} period {charge.Period} at {DateTimeOffset.FromUnixTimeMilliseconds(charge.At):O} for {charge.AmountIdr}";
}
