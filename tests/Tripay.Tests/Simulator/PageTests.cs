using System.Net;
using Webrana.Tripay.Tests.Support;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Simulator;

public class PageTests
{
    [Fact]
    public async Task A_person_finds_the_payment_and_pays_it()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Assert.Contains("Belum ada transaksi", await sandbox.Http.GetStringAsync("/", Until.Now), StringComparison.Ordinal);
        var created = await sandbox.CreateAsync();
        Assert.Contains($"/checkout/{created.Reference}", await sandbox.Http.GetStringAsync("/", Until.Now), StringComparison.Ordinal);
        var page = await sandbox.Http.GetStringAsync(created.CheckoutUrl, Until.Now);
        Assert.Contains("Rp 204.250", page, StringComparison.Ordinal);
        Assert.Contains(created.PayCode!, page, StringComparison.Ordinal);
        Assert.Contains("""<button id="pay" class="PAID">Bayar</button>""", page, StringComparison.Ordinal);
        Assert.Contains("""<button id="refund" class="REFUND" disabled>""", page, StringComparison.Ordinal);

        // The second click of a double click changes nothing.
        for (var click = 0; click < 2; click++)
        {
            var response = await sandbox.Http.PostAsync($"/checkout/{created.Reference}/pay", null, Until.Now);
            Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
            Assert.Equal($"/checkout/{created.Reference}", response.Headers.Location?.OriginalString);
        }
        Assert.Contains("data-status=\"PAID\"", await sandbox.Http.GetStringAsync(created.CheckoutUrl, Until.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_customer_typed_is_text_and_not_html()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var order = TripaySandbox.Order(merchantRef: "<i>M</i>") with { CustomerName = "<script>alert(1)</script>", ReturnUrl = "https://example.com/back?a=\"1" };
        var created = Assert.IsType<TripayResult<TripayTransaction>.Ok>(await sandbox.Client.CreateTransactionAsync(order, Until.Now)).Value;
        var page = await sandbox.Http.GetStringAsync(created.CheckoutUrl, Until.Now);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page + await sandbox.Http.GetStringAsync("/", Until.Now), StringComparison.Ordinal);
        Assert.Contains($"&amp;tripay_reference={created.Reference}&amp;tripay_merchant_ref=%3Ci%3EM%3C%2Fi%3E", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_address_is_no_way_back()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var result = await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order() with { ReturnUrl = "javascript:alert(1)" }, Until.Now);
        var created = Assert.IsType<TripayResult<TripayTransaction>.Ok>(result).Value;
        Assert.DoesNotContain("javascript:", await sandbox.Http.GetStringAsync(created.CheckoutUrl, Until.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_are_drawn()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var qris = await sandbox.CreateAsync("QRIS");
        var account = await sandbox.CreateAsync();
        Assert.StartsWith("<svg", await sandbox.Http.GetStringAsync(qris.QrUrl, Until.Now), StringComparison.Ordinal);
        Assert.Contains("BRIVA", await sandbox.Http.GetStringAsync("/icons/BRIVA.svg", Until.Now), StringComparison.Ordinal);
        Assert.DoesNotContain("alert", await sandbox.Http.GetStringAsync("/icons/alert(1).svg", Until.Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await sandbox.Http.GetAsync($"/qr/{account.Reference}", Until.Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await sandbox.Http.GetAsync("/checkout/NOPE", Until.Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await sandbox.Http.PostAsync("/checkout/NOPE/pay", null, Until.Now)).StatusCode);
    }
}
