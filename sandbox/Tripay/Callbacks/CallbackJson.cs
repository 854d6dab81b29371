using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Callbacks;

/// <summary>Callback bodies, key by key in Tripay's order, and their signature.</summary>
static class CallbackJson
{
    public static JsonObject Of(SimulatedTransaction transaction) => new()
    {
        ["reference"] = transaction.Reference,
        ["merchant_ref"] = transaction.MerchantRef,
        ["payment_method"] = transaction.MethodName,
        ["payment_method_code"] = transaction.Method,
        ["total_amount"] = transaction.Amount,
        ["fee_merchant"] = transaction.FeeMerchant,
        ["fee_customer"] = transaction.FeeCustomer,
        ["total_fee"] = transaction.FeeMerchant + transaction.FeeCustomer,
        ["amount_received"] = transaction.AmountReceived,
        ["is_closed_payment"] = 1,
        ["status"] = transaction.Status,
        ["paid_at"] = transaction.PaidAt,
        ["note"] = transaction.Note,
    };

    /// <summary>The tester of 2025: no references, PAID.</summary>
    public static JsonObject NullReferenceTest() => new()
    {
        ["reference"] = null,
        ["merchant_ref"] = null,
        ["payment_method"] = null,
        ["payment_method_code"] = null,
        ["total_amount"] = 0,
        ["fee_merchant"] = 0,
        ["fee_customer"] = 0,
        ["total_fee"] = 0,
        ["amount_received"] = 0,
        ["is_closed_payment"] = 1,
        ["status"] = "PAID",
        ["paid_at"] = null,
        ["note"] = "Test Callback",
    };

    /// <summary>The tester of 2023: a real payment's references, PAID, amounts of zero, <c>total_fee</c> last.</summary>
    public static JsonObject ZeroAmountTest(SimulatedTransaction transaction) => new()
    {
        ["reference"] = transaction.Reference,
        ["merchant_ref"] = transaction.MerchantRef,
        ["payment_method"] = null,
        ["payment_method_code"] = null,
        ["total_amount"] = 0,
        ["fee_merchant"] = 0,
        ["fee_customer"] = 0,
        ["amount_received"] = 0,
        ["is_closed_payment"] = 1,
        ["status"] = "PAID",
        ["paid_at"] = null,
        ["note"] = null,
        ["total_fee"] = 0,
    };

    public static string Sign(string body, string privateKey) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(privateKey), Encoding.UTF8.GetBytes(body)));
}
