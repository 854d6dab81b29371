using System.Net;
using System.Text.Json;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Notifications;

namespace Webrana.Api.Tests.Admin;

/// <summary>What the desk does to a customer, their money and their servers says why, or it is not done. In the panel they all ask by the same sheet.</summary>
[Collection(ApiCollection.Name)]
public sealed class ActReasonTests(SharedApi api)
{
    [Fact]
    public async Task No_act_of_the_desk_happens_without_a_reason_or_with_one_that_is_none()
    {
        var (admin, customer) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        var server = (await Scenario.OrderAsync(api.Host, customer)).InstanceId;
        var mail = await Eventually.Async(
            async () => (await admin.Http.GetAsync($"/internal/outbox?userId={customer.Id}").ReadAsync<OutboxPage>()).Items is [var first, ..] ? first : null,
            item => item is not null, ApiHost.Patience, "there is a mail to send again");
        (HttpMethod Method, string Path, object Body)[] acts =
        [
            (HttpMethod.Post, $"users/{customer.Id}/freeze", new DeskActRequest("")),
            (HttpMethod.Post, $"users/{customer.Id}/unfreeze", new DeskActRequest("")),
            (HttpMethod.Post, $"users/{customer.Id}/two-factor/disable", new DeskActRequest("")),
            (HttpMethod.Post, $"instances/{server}/suspend", new BlockServerRequest("")),
            (HttpMethod.Post, $"instances/{server}/unsuspend", new DeskActRequest("")),
            (HttpMethod.Delete, $"instances/{server}/consoles", new DeskActRequest("")),
            (HttpMethod.Post, $"wallets/{customer.Id}/adjustments", new CreateAdjustmentRequest(1_000, "")),
            (HttpMethod.Post, $"wallets/{customer.Id}/payouts", new CreatePayoutRequest(1_000, "BCA-1", "")),
            (HttpMethod.Post, $"payment-cases/{Guid.NewGuid()}/resolve", new ResolvePaymentCaseRequest(PaymentResolution.RefundOutside, "", BankReference: "BCA-1")),
            (HttpMethod.Post, $"money-requests/{Guid.NewGuid()}/approve", new DeskActRequest("")),
            (HttpMethod.Post, $"money-requests/{Guid.NewGuid()}/refuse", new DeskActRequest("")),
            (HttpMethod.Post, $"stuck-orders/{server}/retry", new DeskActRequest("")),
            (HttpMethod.Post, $"stuck-orders/{server}/fail", new DeskActRequest("")),
            (HttpMethod.Post, $"outbox/{mail!.Id}/resend", new DeskActRequest("")),
        ];
        foreach (var (method, path, body) in acts)
        {
            var fields = JsonSerializer.SerializeToNode(body, body.GetType(), WireJson.Options)!.AsObject();
            foreach (var none in new[] { "   ", new string('x', 201), "dua\nbaris" })
            {
                fields["reason"] = none;
                var refused = await SendAsync().RefusedAsync(422, ProblemCodes.ValidationFailed);
                Assert.Equal(["reason"], refused.Errors!.Keys);
            }

            fields.Remove("reason");
            await SendAsync().RefusedAsync(400, ProblemCodes.MalformedBody);

            Task<HttpResponseMessage> SendAsync() => admin.Http.SendJsonAsync(method, $"/internal/{path}", fields.ToJsonString());
        }

        Assert.Equal(0, await api.Host.Database.ScalarAsync<long>($"select count(*) from audit_log where actor = 'admin:{admin.Id}'"));
        await customer.Http.GetAsync("/api/v1/me").ExpectAsync(HttpStatusCode.OK);
    }
}
