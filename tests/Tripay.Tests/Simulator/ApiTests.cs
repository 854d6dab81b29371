using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay;
using Webrana.Tripay.Tests.Support;

namespace Webrana.Tripay.Tests.Simulator;

/// <summary>The simulator as a client other than ours sees it.</summary>
public class ApiTests
{
    static readonly TripaySimulatorOptions Defaults = new();

    static async Task<(HttpStatusCode Status, string Body)> SendAsync(TripaySandbox sandbox, HttpMethod method, string path, HttpContent? content = null, bool agent = true)
    {
        using var request = new HttpRequestMessage(method, "/api-sandbox/" + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Defaults.ApiKey);
        if (agent) request.Headers.UserAgent.ParseAdd("test/1");
        using var response = await sandbox.Http.SendAsync(request, Until.Now);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Until.Now));
    }

    static Dictionary<string, string> Form(string reference = "INV-1") => new()
    {
        ["method"] = "QRISC",
        ["merchant_ref"] = reference,
        ["amount"] = "100000",
        ["customer_name"] = "Budi",
        ["customer_email"] = "budi@example.com",
        ["order_items[0][name]"] = "Saldo",
        ["order_items[0][price]"] = "60000",
        ["order_items[0][quantity]"] = "1",
        ["order_items[1][sku]"] = "S2",
        ["order_items[1][name]"] = "Bonus",
        ["order_items[1][price]"] = "20000",
        ["order_items[1][quantity]"] = "2",
        ["signature"] = TripaySignature.ForClosedPayment(Defaults.MerchantCode, reference, 100_000, Defaults.PrivateKey),
    };

    [Fact]
    public async Task A_form_is_taken_like_json_and_answered_in_tripays_key_order()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var (status, body) = await SendAsync(sandbox, HttpMethod.Post, "transaction/create", new FormUrlEncodedContent(Form()));
        Assert.Equal(HttpStatusCode.OK, status);
        var data = JsonNode.Parse(body)!["data"]!.AsObject();
        Assert.Equal(
            [
                "reference", "merchant_ref", "payment_selection_type", "payment_method", "payment_name", "customer_name", "customer_email", "customer_phone",
                "callback_url", "return_url", "amount", "fee_merchant", "fee_customer", "total_fee", "amount_received", "pay_code", "pay_url", "checkout_url",
                "status", "expired_time", "order_items", "instructions", "qr_string", "qr_url",
            ],
            data.Select(field => field.Key));
        Assert.Equal((101_450, 0, 1_450, 100_000), ((int)data["amount"]!, (int)data["fee_merchant"]!, (int)data["fee_customer"]!, (int)data["amount_received"]!));
        Assert.Equal(40_000, (int)data["order_items"]![1]!["subtotal"]!);
        Assert.Contains(@"\/checkout\/", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_qris_has_qr_keys()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var form = Form();
        form["method"] = "BRIVA";
        var (_, body) = await SendAsync(sandbox, HttpMethod.Post, "transaction/create", new FormUrlEncodedContent(form));
        Assert.DoesNotContain("qr_", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amount", "100000.00")]
    [InlineData("amount", "-100000")]
    [InlineData("order_items[0][price]", "59999")]
    [InlineData("order_items[0][price]", "x")]
    [InlineData("order_items[1][quantity]", "9999999999")]
    [InlineData("order_items[1][name]", "")]
    [InlineData("customer_name", "")]
    [InlineData("customer_email", "Budi <budi@example.com>")]
    [InlineData("expired_time", "1800000000000")]
    [InlineData("signature", "")]
    public async Task A_field_that_is_wrong_is_refused(string field, string value)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var form = Form();
        form[field] = value;
        var (status, body) = await SendAsync(sandbox, HttpMethod.Post, "transaction/create", new FormUrlEncodedContent(form));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.False((bool)JsonNode.Parse(body)!["success"]!);
        Assert.Null(JsonNode.Parse(body)!["data"]);
        Assert.Empty(sandbox.Simulator.Transactions);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"method":{"a":1},"order_items":[1,{"name":{}}]}""")]
    public async Task Malformed_json_is_refused(string json)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var (status, _) = await SendAsync(sandbox, HttpMethod.Post, "transaction/create", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task A_client_without_a_user_agent_gets_a_page_instead_of_json()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var (status, body) = await SendAsync(sandbox, HttpMethod.Get, "merchant/payment-channel", agent: false);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.StartsWith("<!DOCTYPE html>", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merchant/fee-calculator?amount=1.5")]
    [InlineData("merchant/fee-calculator")]
    public async Task A_fee_of_no_amount_is_refused(string path)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(sandbox, HttpMethod.Get, path)).Status);
    }

    [Fact]
    public async Task A_page_beyond_the_last_is_empty()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        await sandbox.CreateAsync();
        var (_, body) = await SendAsync(sandbox, HttpMethod.Get, "merchant/transactions?page=2147483647&per_page=1000");
        var answer = JsonNode.Parse(body)!;
        Assert.Empty(answer["data"]!.AsArray());
        Assert.Equal(50, (int)answer["pagination"]!["per_page"]!);
        Assert.Null(answer["pagination"]!["next_page"]);
    }
}
