using System.Globalization;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay.Control;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>Channels, fees and instructions.</summary>
static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/payment/instruction", (string? code, string? pay_code, long? amount, string? allow_html, Answer answer) =>
            ChannelCatalogue.Find(code) is null
                ? answer.Refuse("Payment channel is not enabled")
                : answer.Ok("", Instructions.Of(code!, pay_code, amount, allow_html != "0")));

        api.MapGet("/merchant/payment-channel", (string? code, HttpRequest request, Answer answer, SettingsBox settings, Faults faults) =>
            answer.Ok("Success", new JsonArray([.. Wanted(code).Select(channel => (JsonNode)Describe(channel, request, settings.Current, faults))])));

        api.MapGet("/merchant/fee-calculator", (string? amount, string? code, Answer answer, SettingsBox settings) =>
            long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var rupiah) && rupiah <= int.MaxValue
                ? answer.Ok("", new JsonArray([.. Wanted(code).Where(channel => IsEnabled(channel, settings.Current)).Select(channel => (JsonNode)Quote(channel, rupiah, settings.Current))]))
                : answer.Refuse("The amount must be an integer"));
    }

    static IEnumerable<Channel> Wanted(string? code) => ChannelCatalogue.All.Where(channel => string.IsNullOrEmpty(code) || channel.Code == code);

    static bool IsEnabled(Channel channel, SimulatorSettings settings) => !settings.DisabledChannels.Contains(channel.Code);

    static JsonObject Describe(Channel channel, HttpRequest request, SimulatorSettings settings, Faults faults)
    {
        var customerPays = settings.FeePaidBy == FeePayer.Customer;
        var asText = faults.Take(Faults.PercentString, request.Path) is not null;
        var borne = new JsonObject { ["flat"] = channel.FeeFlat, ["percent"] = asText ? PercentText(channel) : Percent(channel.FeePercent) };
        var free = new JsonObject { ["flat"] = 0, ["percent"] = asText ? "0.00" : 0 };
        return new JsonObject
        {
            ["group"] = channel.Group,
            ["code"] = channel.Code,
            ["name"] = channel.Name,
            ["type"] = channel.IsRedirect ? "redirect" : "direct",
            ["fee_merchant"] = customerPays ? free : borne,
            ["fee_customer"] = customerPays ? borne : free,
            ["total_fee"] = new JsonObject { ["flat"] = channel.FeeFlat, ["percent"] = PercentText(channel) },
            ["minimum_fee"] = channel.FeeMinimum,
            ["maximum_fee"] = null,
            ["minimum_amount"] = channel.MinimumAmount,
            ["maximum_amount"] = channel.MaximumAmount,
            ["icon_url"] = $"{request.Scheme}://{request.Host}/icons/{channel.Code}.svg",
            ["active"] = IsEnabled(channel, settings),
        };
    }

    static JsonObject Quote(Channel channel, long amount, SimulatorSettings settings)
    {
        var customerPays = settings.FeePaidBy == FeePayer.Customer;
        var fee = channel.Fee(amount);
        return new JsonObject
        {
            ["code"] = channel.Code,
            ["name"] = channel.Name,
            ["fee"] = new JsonObject { ["flat"] = channel.FeeFlat, ["percent"] = PercentText(channel), ["min"] = channel.FeeMinimum, ["max"] = null },
            ["total_fee"] = new JsonObject { ["merchant"] = customerPays ? 0 : fee, ["customer"] = customerPays ? fee : 0 },
        };
    }

    // PHP prints a whole number without a decimal point.
    static JsonNode Percent(decimal percent) => percent == decimal.Truncate(percent) ? (long)percent : percent;

    static string PercentText(Channel channel) => channel.FeePercent.ToString("0.00", CultureInfo.InvariantCulture);
}
