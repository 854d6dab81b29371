using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Client;

public sealed class RefusalTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static Refusal Of(int status, string message) => new(status, "whatever", message, null, null, RateLimit.Untold);

    static async Task<Refusal> AnswerAsync(int status, string body, params (string, string)[] headers)
    {
        await using var stub = await StubProvider.AnsweringAsync(status, body, headers);
        return (await stub.Client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Refusal();
    }

    public static TheoryData<string, Func<Refusal, bool>> Sentences => new()
    {
        { "Droplet already has a pending event.", refusal => refusal.IsPendingEvent },
        { "creating this/these droplet(s) will exceed your droplet limit", refusal => refusal.IsDropletLimit },
        { "512190 are invalid key identifiers for Droplet creation.", refusal => refusal.IsKeyNotYetKnown },
        { "You specified an invalid image for Droplet creation.", refusal => refusal.IsImageInvalid },
        { "You specified an invalid size for Droplet creation.", refusal => refusal.IsSizeInvalid },
        { "Size is not available in this region.", refusal => refusal.IsSizeUnavailable },
        { "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)", refusal => refusal.IsNameInvalid },
        { "Droplet is already powered off.", refusal => refusal.IsAlreadyPoweredOff },
        { "Droplet is currently on. Please power it off to run this event.", refusal => refusal.IsMustBePoweredOff },
        { "SSH Key is already in use on your account", refusal => refusal.IsKeyAlreadyInUse },
        { "Backups have already been disabled on this Droplet.", refusal => refusal.IsBackupsAlreadyDisabled },
        { "The droplet is already set to this size.", refusal => refusal.IsSameSize },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Every_sentence_of_the_provider_is_known_by_its_words_and_only_at_422(string sentence, Func<Refusal, bool> helper)
    {
        Assert.True(helper(Of(422, sentence)));
        Assert.True(helper(Of(422, sentence.ToUpperInvariant())));
        Assert.False(helper(Of(404, sentence)));
        Assert.False(helper(Of(422, "Something else.")));
    }

    [Fact]
    public void Only_budget_pending_event_and_fresh_keys_are_worth_repeating()
    {
        Assert.True(Of(429, "").IsTransient);
        Assert.True(Of(422, "Droplet already has a pending event.").IsTransient);
        Assert.True(Of(422, "1 are invalid key identifiers for Droplet creation.").IsTransient);
        Assert.False(Of(422, "You specified an invalid image for Droplet creation.").IsTransient);
        Assert.False(Of(401, "Unable to authenticate you").IsTransient);
    }

    [Theory]
    [InlineData(401, "Unauthorized")]
    [InlineData(401, "unauthorized")]
    public async Task The_status_decides_however_the_id_is_spelt(int status, string id)
    {
        var refusal = await AnswerAsync(status, $$"""{"id":"{{id}}","message":"Unable to authenticate you"}""");
        Assert.True(refusal.IsUnauthorized);
        Assert.False(refusal.IsForbidden || refusal.IsNotFound || refusal.IsRateLimited);
        Assert.Equal(id, refusal.Id);
    }

    [Fact]
    public async Task Trailing_details_in_an_error_are_skipped()
    {
        var refusal = await AnswerAsync(
            422, """{"id":"unprocessable_entity","message":"Size is not available in this region.","error_attributes":{"available_regions":["nyc1"]}}""");
        Assert.True(refusal.IsSizeUnavailable);
    }

    [Fact]
    public async Task The_request_id_comes_from_the_body_else_from_the_header()
    {
        Assert.Equal("in-body", (await AnswerAsync(404, """{"id":"not_found","message":"x","request_id":"in-body"}""", ("X-Request-Id", "in-header"))).RequestId);
        Assert.Equal("in-header", (await AnswerAsync(404, """{"id":"not_found","message":"x"}""", ("X-Request-Id", "in-header"))).RequestId);
    }

    [Theory]
    [InlineData("<html>Forbidden</html>")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"id":7,"message":{}}""")]
    public async Task A_refusal_without_readable_words_is_still_a_refusal(string body)
    {
        var refusal = await AnswerAsync(403, body);
        Assert.True(refusal.IsForbidden);
        Assert.Equal("", refusal.Message);
    }

    [Fact]
    public async Task Retry_after_is_read_in_seconds_and_as_a_date()
    {
        Assert.Equal(TimeSpan.FromSeconds(17), (await AnswerAsync(429, "{}", ("retry-after", "17"))).RetryAfter);
        Assert.Equal(TimeSpan.Zero, (await AnswerAsync(429, "{}", ("retry-after", "Fri, 01 Jan 2016 00:00:00 GMT"))).RetryAfter);
        Assert.Null((await AnswerAsync(429, "{}")).RetryAfter);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_is_neither_success_nor_refusal_is_unknown_and_a_redirect_is_not_followed(int status)
    {
        await using var stub = await StubProvider.AnsweringAsync(status, "{}", ("Location", "/elsewhere"), ("x-request-id", "abc"));
        var result = await stub.Client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop);
        Assert.Equal(UnknownReason.ServerError, result.Unknown());
        Assert.Equal(1, stub.Calls);
    }
}
