using System.Security.Cryptography;
using System.Text;
using Webrana.Tripay.Callbacks;

namespace Webrana.Tripay.Tests.Client;

public class CallbackTests
{
    static TripayCallbackVerdict Read(byte[] body, string? signature, string? kind = TripayCallback.PaymentStatusEvent, string key = Vectors.Key, string? previous = null) =>
        TripayCallback.Read(new TripayCallbackHeaders(signature, kind), body, key, previous);

    static TripayCallbackVerdict ReadSigned(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return Read(bytes, TripaySignature.ForCallback(bytes, Vectors.Key));
    }

    static void AssertRejected(TripayCallbackRejection reason, bool isSigned, TripayCallbackVerdict verdict)
    {
        var rejected = Assert.IsType<TripayCallbackVerdict.Rejected>(verdict);
        Assert.Equal(reason, rejected.Reason);
        Assert.Equal(isSigned, rejected.IsSigned);
    }

    [Fact]
    public void A_signed_payment_is_accepted_with_everything_it_claims()
    {
        var accepted = Assert.IsType<TripayCallbackVerdict.Accepted>(Read(Vectors.Cb1, Vectors.Cb1Signature));
        Assert.Equal(
            new TripayPayment
            {
                Reference = "T0001000023000ABCDE",
                MerchantRef = "INV-2026-000123",
                MethodCode = "BCAVA",
                TotalAmountIdr = 150_000,
                FeeMerchantIdr = 5_500,
                FeeCustomerIdr = 0,
                AmountReceivedIdr = 144_500,
                Status = TripayStatus.Paid,
                StatusText = "PAID",
                PaidAt = DateTimeOffset.FromUnixTimeSeconds(1_608_133_017),
                Note = null,
            },
            accepted.Payment);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Vectors.Cb1)), accepted.BodySha256);
    }

    [Fact]
    public void Escapes_are_verified_as_they_came_and_read_as_they_are_meant()
    {
        var payment = Assert.IsType<TripayCallbackVerdict.Accepted>(Read(Vectors.Cb2, Vectors.Cb2Signature)).Payment;
        Assert.Equal("BILL/2026/03/0042", payment.MerchantRef);
        Assert.Equal("Café", payment.Note);
    }

    [Fact]
    public void A_reformatted_body_is_rejected() => AssertRejected(TripayCallbackRejection.WrongSignature, false, Read(Vectors.Cb1Pretty, Vectors.Cb1Signature));

    [Fact]
    public void A_reserialised_body_is_rejected() => AssertRejected(TripayCallbackRejection.WrongSignature, false, Read(Vectors.Cb2Unescaped, Vectors.Cb2Signature));

    [Fact]
    public void One_changed_byte_is_rejected()
    {
        var body = Vectors.Cb1.ToArray();
        body[^20] ^= 1;
        AssertRejected(TripayCallbackRejection.WrongSignature, false, Read(body, Vectors.Cb1Signature));
    }

    [Fact]
    public void A_signature_by_another_key_is_rejected() =>
        AssertRejected(TripayCallbackRejection.WrongSignature, false, Read(Vectors.Cb1, TripaySignature.ForCallback(Vectors.Cb1, "DEV-api-key")));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_missing_signature_is_rejected(string? signature) => AssertRejected(TripayCallbackRejection.MissingSignature, false, Read(Vectors.Cb1, signature));

    [Theory]
    [InlineData("sha256=cde4412e")]
    [InlineData("cde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c8,cde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c8")]
    [InlineData("gde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c8")]
    public void A_signature_that_is_not_64_hex_digits_is_rejected(string signature) =>
        AssertRejected(TripayCallbackRejection.MalformedSignature, false, Read(Vectors.Cb1, signature));

    [Fact]
    public void An_empty_body_is_rejected() => AssertRejected(TripayCallbackRejection.BodySize, false, Read([], TripaySignature.ForCallback([], Vectors.Key)));

    [Fact]
    public void A_body_over_the_cap_is_rejected_although_signed()
    {
        var body = new byte[TripayCallback.MaximumBodyBytes + 1];
        AssertRejected(TripayCallbackRejection.BodySize, false, Read(body, TripaySignature.ForCallback(body, Vectors.Key)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("payment_status,payment_status")]
    [InlineData("open_payment")]
    public void Another_event_is_rejected_after_its_signature_was_checked(string? kind) =>
        AssertRejected(TripayCallbackRejection.UnknownEvent, true, Read(Vectors.Cb1, Vectors.Cb1Signature, kind));

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"PAID\"")]
    [InlineData("{")]
    [InlineData("""{"reference":"R","status":"PAID","total_amount":"many"}""")]
    [InlineData("""{"reference":"R","status":"PAID","total_amount":1.5}""")]
    [InlineData("""{"reference":"R","status":"PAID","total_amount":99999999999999999999999999999999}""")]
    [InlineData("""{"reference":"R","status":"PAID","paid_at":99999999999999}""")]
    [InlineData("""{"reference":"R","status":"PAID","paid_at":-5}""")]
    [InlineData("""{"reference":{"a":1},"status":"PAID"}""")]
    [InlineData("""{"reference":"R","status":null}""")]
    [InlineData("""{"reference":"R","status":" "}""")]
    [InlineData("""{"reference":"R"}""")]
    [InlineData("""{"reference":"R0123456789012345678901234567890123456789012345678901234567890123456789","status":"PAID"}""")]
    [InlineData("""{"reference":"R","reference":"S","status":"PAID"}""")]
    public void A_signed_body_that_is_no_payment_is_rejected(string body) => AssertRejected(TripayCallbackRejection.MalformedBody, true, ReadSigned(body));

    [Fact]
    public void Text_that_is_not_utf8_is_rejected()
    {
        byte[] body = [.. "{\"reference\":\""u8, 0xff, 0xfe, .. "\",\"status\":\"PAID\"}"u8];
        AssertRejected(TripayCallbackRejection.MalformedBody, true, Read(body, TripaySignature.ForCallback(body, Vectors.Key)));
    }

    [Fact]
    public void Deep_nesting_is_rejected_and_not_followed() => AssertRejected(
        TripayCallbackRejection.MalformedBody, true, ReadSigned("""{"reference":"R","status":"PAID","x":""" + new string('[', 5_000) + new string(']', 5_000) + "}"));

    [Theory]
    [InlineData("""{"reference":null,"merchant_ref":null,"total_amount":0,"status":"PAID","paid_at":null,"note":"Test Callback"}""")]
    [InlineData("""{"status":"PAID","total_amount":0,"note":"Test Callback"}""")]
    [InlineData("""{"reference":"","status":"PAID","note":"Test Callback"}""")]
    public void A_tester_without_a_reference_is_a_test_and_no_payment(string body) =>
        Assert.Equal("Test Callback", Assert.IsType<TripayCallbackVerdict.Test>(ReadSigned(body)).Note);

    [Fact]
    public void A_tester_with_a_reference_is_accepted_with_an_amount_of_zero_which_no_stored_payment_has()
    {
        var accepted = Assert.IsType<TripayCallbackVerdict.Accepted>(ReadSigned(
            """{"reference":"R","merchant_ref":"M","payment_method":null,"payment_method_code":null,"total_amount":0,"status":"PAID","paid_at":null,"total_fee":0}"""));
        Assert.Equal(0, accepted.Payment.TotalAmountIdr);
        Assert.Null(accepted.Payment.MethodCode);
    }

    [Fact]
    public void Numbers_may_come_as_text_and_unknown_fields_are_ignored()
    {
        var payment = Assert.IsType<TripayCallbackVerdict.Accepted>(ReadSigned(
            """{"reference":12345,"merchant_ref":"M","total_amount":"150000","fee_customer":"1450.00","status":"paid","paid_at":"1608133017","note":7,"fee":"x","is_customer_fee":"1","new":{"a":[1]}}""")).Payment;
        Assert.Equal("12345", payment.Reference);
        Assert.Equal(150_000, payment.TotalAmountIdr);
        Assert.Equal(1_450, payment.FeeCustomerIdr);
        Assert.Equal(TripayStatus.Paid, payment.Status);
        Assert.Equal("PAID", payment.StatusText);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_608_133_017), payment.PaidAt);
        Assert.Equal("7", payment.Note);
    }

    [Theory]
    [InlineData("UNPAID", TripayStatus.Unpaid)]
    [InlineData("FAILED", TripayStatus.Failed)]
    [InlineData("EXPIRED", TripayStatus.Expired)]
    [InlineData("REFUND", TripayStatus.Refund)]
    [InlineData("SETTLED", TripayStatus.Unknown)]
    public void A_status_is_read_and_its_text_kept(string text, TripayStatus expected)
    {
        var payment = Assert.IsType<TripayCallbackVerdict.Accepted>(ReadSigned($$"""{"reference":"R","status":"{{text}}"}""")).Payment;
        Assert.Equal(expected, payment.Status);
        Assert.Equal(text, payment.StatusText);
    }

    [Fact]
    public void During_rotation_both_keys_are_accepted_and_afterwards_one()
    {
        Assert.IsType<TripayCallbackVerdict.Accepted>(Read(Vectors.Cb1, Vectors.Cb1Signature, key: "new-key", previous: Vectors.Key));
        Assert.IsType<TripayCallbackVerdict.Accepted>(Read(Vectors.Cb1, Vectors.Cb1Signature, previous: "old-key"));
        AssertRejected(TripayCallbackRejection.WrongSignature, false, Read(Vectors.Cb1, Vectors.Cb1Signature, key: "new-key"));
        AssertRejected(TripayCallbackRejection.WrongSignature, false, Read(Vectors.Cb1, Vectors.Cb1Signature, key: "new-key", previous: ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void A_missing_key_is_a_bug_and_never_a_key(string key) =>
        Assert.Throws<ArgumentException>(() => Read(Vectors.Cb1, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Vectors.Cb1)), key: key));
}
