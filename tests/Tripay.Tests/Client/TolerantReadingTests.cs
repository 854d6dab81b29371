using System.Net;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Tests.Support;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Client;

/// <summary>Answers as recorded or feared, byte for byte.</summary>
public class TolerantReadingTests
{
    static async Task<TripayResult<TripayTransaction>> DetailAsync(string body, HttpStatusCode status = HttpStatusCode.OK, string contentType = "application/json") =>
        await CannedTripay.Answering(body, status, contentType).GetTransactionAsync("R", Until.Now);

    static T Ok<T>(TripayResult<T> result) => Assert.IsType<TripayResult<T>.Ok>(result).Value;

    [Theory]
    [InlineData("1582856000")]
    [InlineData("\"1582856000\"")]
    public async Task Paid_at_may_be_a_number_or_text(string paidAt) => Assert.Equal(
        DateTimeOffset.FromUnixTimeSeconds(1_582_856_000),
        Ok(await DetailAsync($$$"""{"success":true,"message":"","data":{"reference":"R","status":"PAID","paid_at":{{{paidAt}}}}}""")).PaidAt);

    [Theory]
    [InlineData(""","paid_at":null""")]
    [InlineData(""","paid_at":"" """)]
    [InlineData(""","paid_at":0""")]
    [InlineData("")]
    public async Task Paid_at_may_be_missing_in_several_ways(string paidAt) =>
        Assert.Null(Ok(await DetailAsync($$$"""{"success":true,"data":{"reference":"R","status":"PAID"{{{paidAt}}}}}""")).PaidAt);

    [Theory]
    [InlineData("\"8881012345\"")]
    [InlineData("8881012345")]
    public async Task A_pay_code_may_be_text_or_a_number(string payCode) =>
        Assert.Equal("8881012345", Ok(await DetailAsync($$$"""{"success":true,"data":{"reference":"R","pay_code":{{{payCode}}}}}""")).PayCode);

    [Fact]
    public async Task An_absent_key_reads_like_null()
    {
        var transaction = Ok(await DetailAsync("""{"success":true,"data":{"reference":"R","amount":1000,"order_items":null}}"""));
        Assert.Null(transaction.QrString);
        Assert.Null(transaction.ExpiresAt);
        Assert.Empty(transaction.OrderItems);
        Assert.Empty(transaction.Instructions);
        Assert.Equal(TripayStatus.Unknown, transaction.Status);
    }

    [Theory]
    [InlineData("expired_time")]
    [InlineData("expired_at")]
    public async Task The_deadline_has_two_names(string name) => Assert.Equal(
        DateTimeOffset.FromUnixTimeSeconds(1_582_855_837), Ok(await DetailAsync($$$"""{"success":true,"data":{"reference":"R","{{{name}}}":1582855837}}""")).ExpiresAt);

    [Fact]
    public async Task The_documented_channel_is_read_with_its_percent_as_text_and_as_number()
    {
        const string Body = """
            {"success":true,"message":"Success","data":[
            {"group":"E-Wallet","code":"QRIS","name":"QRIS","type":"direct","fee_merchant":{"flat":750,"percent":0.7},"fee_customer":{"flat":0,"percent":"0.00"},
             "total_fee":{"flat":"750","percent":"0.70"},"minimum_fee":null,"maximum_fee":null,"icon_url":"https://example.com/q.png","active":1},
            {"group":"Virtual Account","code":"NEWVA","name":"New","type":"direct","fee_merchant":{"flat":4250,"percent":0},"fee_customer":{"flat":0,"percent":0},
             "total_fee":{"flat":4250,"percent":"0.00"},"minimum_fee":0,"maximum_fee":9000,"minimum_amount":10000,"maximum_amount":"10000000","active":false}]}
            """;
        var channels = Ok(await CannedTripay.Answering(Body).GetChannelsAsync(cancellationToken: Until.Now));
        Assert.Equal(new TripayFeeRate(750, 0.7m), channels[0].TotalFee);
        Assert.True(channels[0].Active);
        Assert.Null(channels[0].MinimumAmount);
        Assert.Equal(1_450, channels[0].MerchantFeeIdr(100_000));
        Assert.Equal(0, channels[0].CustomerFeeIdr(100_000));
        Assert.Equal("NEWVA", channels[1].Code);
        Assert.False(channels[1].Active);
        Assert.Equal(10_000_000, channels[1].MaximumAmount);
    }

    [Fact]
    public async Task The_documented_fee_is_read()
    {
        const string Body = """{"success":true,"message":"","data":[{"code":"QRIS","name":"QRIS","fee":{"flat":750,"percent":"0.70","min":null,"max":null},"total_fee":{"merchant":1450,"customer":0}}]}""";
        var quote = Assert.Single(Ok(await CannedTripay.Answering(Body).GetFeesAsync(100_000, "QRIS", Until.Now)));
        Assert.Equal(new TripayFeeRule(750, 0.7m, null, null), quote.Fee);
        Assert.Equal(new TripayFeeShares(1_450, 0), quote.TotalFee);
    }

    [Theory]
    [InlineData("Status transaksi saat ini PAID", TripayStatus.Paid)]
    [InlineData("Status transaksi saat ini EXPIRED.", TripayStatus.Expired)]
    [InlineData("Sedang gangguan", TripayStatus.Unknown)]
    [InlineData("", TripayStatus.Unknown)]
    public async Task A_status_sentence_is_read_by_its_last_word(string message, TripayStatus expected) =>
        Assert.Equal(expected, Ok(await CannedTripay.Answering($$"""{"success":true,"message":"{{message}}"}""").CheckStatusAsync("R", Until.Now)));

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(403)]
    public async Task A_refusal_is_one_whatever_4xx_or_200_it_comes_with(int status)
    {
        var refused = Assert.IsType<TripayResult<TripayTransaction>.Refused>(await DetailAsync("""{"success":false,"message":"Invalid API Key"}""", (HttpStatusCode)status));
        Assert.Equal("Invalid API Key", refused.Message);
        Assert.Equal(status, refused.HttpStatus);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Attention Required! | Cloudflare</body></html>", 403, "text/html")]
    [InlineData("<html>", 200, "application/json")]
    [InlineData("", 200, "application/json")]
    [InlineData("", 204, "application/json")]
    [InlineData("null", 200, "application/json")]
    [InlineData("[]", 200, "application/json")]
    [InlineData("42", 200, "application/json")]
    [InlineData("""{"success":true,"data":{"reference":"R""", 200, "application/json")]
    [InlineData("""{"success":true,"message":""}""", 200, "application/json")]
    [InlineData("""{"success":true,"data":null}""", 200, "application/json")]
    [InlineData("""{"success":true,"data":[]}""", 200, "application/json")]
    [InlineData("""{"success":true,"data":{}}""", 200, "application/json")]
    [InlineData("""{"success":true,"data":{"reference":"R","amount":"many"}}""", 200, "application/json")]
    [InlineData("""{"success":true,"data":{"reference":"R","status":7}}""", 200, "application/json")]
    [InlineData("""{"success":{},"data":{"reference":"R"}}""", 200, "application/json")]
    [InlineData("""{"success":true,"data":{"reference":"R"}}""", 404, "application/json")]
    [InlineData("""{"success":true,"data":{"reference":"R"}}""", 502, "application/json")]
    [InlineData("""{"success":false,"message":"Internal service error"}""", 500, "application/json")]
    [InlineData("""{"success":true,"data":{"reference":"R"}}""", 307, "application/json")]
    public async Task Whatever_is_not_a_clear_answer_leaves_the_outcome_unknown_and_never_throws(string body, int status, string contentType) =>
        Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await DetailAsync(body, (HttpStatusCode)status, contentType));

    [Fact]
    public void A_result_keeps_its_outcome_when_its_value_is_mapped()
    {
        Assert.Equal(new TripayResult<int>.Ok(3), new TripayResult<string>.Ok("abc").Select(text => text.Length));
        Assert.Equal(new TripayResult<int>.Refused("no", 400), new TripayResult<string>.Refused("no", 400).Select(text => text.Length));
        Assert.Equal(new TripayResult<int>.Unknown("why"), new TripayResult<string>.Unknown("why").Select(text => text.Length));
    }
}
