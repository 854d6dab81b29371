using System.Text;

namespace Webrana.Tripay.Tests.Client;

/// <summary>Callback bodies with known signatures.</summary>
static class Vectors
{
    public const string Key = "test-private-key-0001";
    public const string Cb1Signature = "cde4412edfa9576d47af438d2543c678ec505aaafe003c1a94d59bb5f49a26c8";
    public const string Cb2Signature = "553231d1668635694c55f45c8238e8a808d743c938cd1a1e71df73227a208bc0";

    const string Cb1Text =
        """{"reference":"T0001000023000ABCDE","merchant_ref":"INV-2026-000123","payment_method":"BCA Virtual Account","payment_method_code":"BCAVA","total_amount":150000,"fee_merchant":5500,"fee_customer":0,"total_fee":5500,"amount_received":144500,"is_closed_payment":1,"status":"PAID","paid_at":1608133017,"note":null}""";

    const string Cb2Text =
        """{"reference":"DEV-T0001309674FGFTD","merchant_ref":"BILL\/2026\/03\/0042","payment_method":"QRIS by ShopeePay","payment_method_code":"QRIS","total_amount":75000,"fee_merchant":1275,"fee_customer":0,"total_fee":1275,"amount_received":73725,"is_closed_payment":1,"status":"PAID","paid_at":1763452411,"note":"Caf\u00e9"}""";

    public static byte[] Cb1 { get; } = Encoding.UTF8.GetBytes(Cb1Text);

    public static byte[] Cb2 { get; } = Encoding.UTF8.GetBytes(Cb2Text);

    public static byte[] Cb1Pretty { get; } = Encoding.UTF8.GetBytes(
        Cb1Text.Replace("{", "{\n    ").Replace("}", "\n}").Replace(",\"", ",\n    \"").Replace("\":", "\": "));

    public static byte[] Cb2Unescaped { get; } = Encoding.UTF8.GetBytes(Cb2Text.Replace(@"\/", "/").Replace(@"\u00e9", "é"));
}
