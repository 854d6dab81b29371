using System.Globalization;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay.Control;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>A payment as create, detail and list print it: three shapes of the same thing.</summary>
sealed class TransactionJson(Faults faults)
{
    public JsonObject Created(SimulatedTransaction transaction, PathString path)
    {
        var fields = Head(transaction, path);
        fields["checkout_url"] = transaction.CheckoutUrl;
        fields["status"] = transaction.Status;
        fields["expired_time"] = transaction.ExpiredTime;
        fields["order_items"] = Items(transaction, withUrls: true);
        fields["instructions"] = Instructions.Of(transaction.Method, transaction.PayCode, transaction.Amount, allowHtml: true);

        // The keys exist for QRIS only.
        if (transaction.QrString is not null)
        {
            fields["qr_string"] = transaction.QrString;
            fields["qr_url"] = transaction.QrUrl;
        }
        return fields;
    }

    public JsonObject Detail(SimulatedTransaction transaction, PathString path)
    {
        var fields = Created(transaction, path);
        fields["paid_at"] = PaidAt(transaction.PaidAt, path);
        return fields;
    }

    public JsonObject Row(SimulatedTransaction transaction, PathString path)
    {
        var fields = Head(transaction, path);
        fields["checkout_url"] = transaction.CheckoutUrl;
        fields["order_items"] = Items(transaction, withUrls: false);
        fields["status"] = transaction.Status;
        fields["note"] = transaction.Note;
        fields["created_at"] = transaction.CreatedAt;
        fields["expired_at"] = transaction.ExpiredTime;
        fields["paid_at"] = PaidAt(transaction.PaidAt, path);
        return fields;
    }

    JsonObject Head(SimulatedTransaction transaction, PathString path) => new()
    {
        ["reference"] = transaction.Reference,
        ["merchant_ref"] = transaction.MerchantRef,
        ["payment_selection_type"] = "static",
        ["payment_method"] = transaction.Method,
        ["payment_name"] = transaction.MethodName,
        ["customer_name"] = transaction.CustomerName,
        ["customer_email"] = transaction.CustomerEmail,
        ["customer_phone"] = transaction.CustomerPhone,
        ["callback_url"] = transaction.CallbackUrl,
        ["return_url"] = transaction.ReturnUrl,
        ["amount"] = transaction.Amount,
        ["fee_merchant"] = transaction.FeeMerchant,
        ["fee_customer"] = transaction.FeeCustomer,
        ["total_fee"] = transaction.FeeMerchant + transaction.FeeCustomer,
        ["amount_received"] = transaction.AmountReceived,
        ["pay_code"] = PayCode(transaction.PayCode, path),
        ["pay_url"] = transaction.PayUrl,
    };

    JsonNode? PayCode(string? payCode, PathString path) =>
        payCode is not null && faults.Take(Faults.PayCodeNumber, path) is not null ? long.Parse(payCode, CultureInfo.InvariantCulture) : payCode;

    JsonNode? PaidAt(long? paidAt, PathString path)
    {
        if (paidAt is not { } seconds || faults.Take(Faults.PaidAtNull, path) is not null) return null;
        return faults.Take(Faults.PaidAtString, path) is null ? seconds : seconds.ToString(CultureInfo.InvariantCulture);
    }

    static JsonArray Items(SimulatedTransaction transaction, bool withUrls)
    {
        var items = new JsonArray();
        foreach (var item in transaction.Items)
        {
            var fields = new JsonObject
            {
                ["sku"] = item.Sku, ["name"] = item.Name, ["price"] = item.Price, ["quantity"] = item.Quantity, ["subtotal"] = item.Price * item.Quantity,
            };
            if (withUrls)
            {
                fields["product_url"] = item.ProductUrl;
                fields["image_url"] = item.ImageUrl;
            }
            items.Add(fields);
        }
        return items;
    }
}
