using System.Security.Cryptography;

namespace Webrana.Tripay.Tests.Client;

/// <summary>The vectors were computed with Python's hmac and openssl, V0 is printed in Tripay's documentation.</summary>
public class SignatureTests
{
    [Theory]
    [InlineData("T0001", "INV55567", 1500000, "ytf6ooi2gmlNPfpchd94jDOk8hRWOu", "9f167eba844d1fcb369404e2bda53702e2f78f7aa12e91da6715414e65b8c86a")]
    [InlineData("T0001", "INV-2026-000123", 150000, "test-private-key-0001", "a63c847f09238f6f5aee58761fea6822391037c6e6a277fb8aa3dd73658f1d61")]
    [InlineData("T12345", "BILL/2026/03/0042", 75000, "aB3dE-fG7hI-jK1lM-nO5pQ-rS9tU", "b21cac3a52f53dd521254e7890fbf50ba02b7980e57f04d776f761a8f7340525")]
    public void A_closed_payment_is_signed_over_merchant_reference_and_amount(string merchant, string reference, long amount, string key, string expected) =>
        Assert.Equal(expected, TripaySignature.ForClosedPayment(merchant, reference, amount, key));

    [Theory]
    [InlineData("T0001", "BCAVA", "INV55567", "private_key_anda", "22812e0c89871a80769288d273df81eaa4a4c676c574f5cbc675f39fc4c4ef5c")]
    [InlineData("T0001", "BRIVAOP", "", "test-private-key-0001", "d230b04583cdce5a6cbd0ef7073c5263e8ed937dfaa9337d55c55987457bd76c")]
    [InlineData("T0001", "BRIVAOP", null, "test-private-key-0001", "d230b04583cdce5a6cbd0ef7073c5263e8ed937dfaa9337d55c55987457bd76c")]
    public void An_open_payment_is_signed_over_merchant_channel_and_reference(string merchant, string method, string? reference, string key, string expected) =>
        Assert.Equal(expected, TripaySignature.ForOpenPayment(merchant, method, reference, key));

    [Fact]
    public void An_e_wallet_binding_is_signed_over_merchant_wallet_and_phone() => Assert.Equal(
        "aab70b0a6dc5af13808b6d401e8a6a1e6096f74608863cd9caac0aef5e0e751d",
        TripaySignature.ForEWallet("T0001", "DANA", "08123456789", "test-private-key-0001"));

    [Fact]
    public void A_callback_is_signed_over_its_raw_bytes()
    {
        Assert.Equal(309, Vectors.Cb1.Length);
        Assert.Equal(Vectors.Cb1Signature, TripaySignature.ForCallback(Vectors.Cb1, Vectors.Key));
        Assert.True(TripaySignature.IsCallbackSignature(Vectors.Cb1Signature, Vectors.Cb1, Vectors.Key));
    }

    [Fact]
    public void A_callback_with_php_escapes_is_signed_over_the_escapes()
    {
        Assert.Equal(317, Vectors.Cb2.Length);
        Assert.Equal(Vectors.Cb2Signature, TripaySignature.ForCallback(Vectors.Cb2, Vectors.Key));
    }

    [Fact]
    public void The_same_object_pretty_printed_has_another_signature()
    {
        Assert.Equal("0dd2476928d1375cdf5d9ad65b217288f167e58c4af112a9ee562c1db697b5c7", TripaySignature.ForCallback(Vectors.Cb1Pretty, Vectors.Key));
        Assert.False(TripaySignature.IsCallbackSignature(Vectors.Cb1Signature, Vectors.Cb1Pretty, Vectors.Key));
    }

    [Fact]
    public void The_same_object_without_escapes_has_another_signature()
    {
        Assert.Equal("b2d8ac3c113fd8b4d5a8c8ba231aa28c4f92f7b13d92118267c198461ac4a7f5", TripaySignature.ForCallback(Vectors.Cb2Unescaped, Vectors.Key));
        Assert.False(TripaySignature.IsCallbackSignature(Vectors.Cb2Signature, Vectors.Cb2Unescaped, Vectors.Key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c")]
    [InlineData("cde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c8cd")]
    [InlineData("zde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c8")]
    [InlineData("cde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c9")]
    public void Whatever_is_not_the_signature_is_not_accepted(string? signature) =>
        Assert.False(TripaySignature.IsCallbackSignature(signature, Vectors.Cb1, Vectors.Key));

    [Fact]
    public void An_empty_key_is_refused_because_anybody_could_sign_with_it() =>
        Assert.Throws<ArgumentException>(() => TripaySignature.IsCallbackSignature(Vectors.Cb1Signature, Vectors.Cb1, ""));

    [Fact]
    public void A_key_that_looks_like_hex_is_used_as_text() => Assert.Equal(
        Convert.ToHexStringLower(HMACSHA256.HashData("00ff"u8, "x"u8)), TripaySignature.ForCallback("x"u8, "00ff"));
}
