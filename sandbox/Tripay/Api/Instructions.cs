using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>How to pay, by kind of channel. Placeholders stay where a value is not known.</summary>
static partial class Instructions
{
    public static JsonArray Of(string code, string? payCode, long? amount, bool allowHtml)
    {
        var channel = ChannelCatalogue.Find(code);
        (string Title, string[] Steps)[] guides = channel switch
        {
            { IsQris: true } =>
            [
                ("Pembayaran via QRIS",
                [
                    "Buka aplikasi bank atau dompet digital yang mendukung QRIS", "Pindai kode QR yang tampil", "Pastikan nominalnya <b>Rp {{amount}}</b>",
                    "Masukkan PIN dan selesaikan pembayaran",
                ]),
            ],
            { IsRedirect: true } =>
            [
                ("Pembayaran via " + channel.Name, ["Klik tombol <b>Lanjutkan Pembayaran</b>", "Masuk ke akun " + channel.Name, "Konfirmasi pembayaran <b>Rp {{amount}}</b>"]),
            ],
            { Group: "Convenience Store" } =>
            [
                ("Pembayaran di gerai " + channel.Name,
                [
                    "Datang ke gerai " + channel.Name + " terdekat", "Sampaikan kepada kasir ingin membayar <b>Tripay</b>",
                    "Berikan kode bayar <b>{{pay_code}}</b>", "Bayar <b>Rp {{amount}}</b> dan simpan struknya",
                ]),
            ],
            _ =>
            [
                ("Internet Banking", ["Masuk ke internet banking", "Pilih <b>Pembayaran</b> lalu <b>Virtual Account</b>", "Masukkan nomor <b>{{pay_code}}</b>", "Pastikan nominalnya <b>Rp {{amount}}</b> lalu konfirmasi"]),
                ("ATM", ["Masukkan kartu dan PIN", "Pilih <b>Transaksi Lain</b> lalu <b>Virtual Account</b>", "Masukkan nomor <b>{{pay_code}}</b>", "Periksa rincian lalu tekan <b>Ya</b>"]),
            ],
        };
        return new JsonArray([.. guides.Select(guide => (JsonNode)new JsonObject
        {
            ["title"] = guide.Title,
            ["steps"] = new JsonArray([.. guide.Steps.Select(step => (JsonNode)Fill(step, payCode, amount, allowHtml))]),
        })]);
    }

    static string Fill(string step, string? payCode, long? amount, bool allowHtml)
    {
        if (!string.IsNullOrEmpty(payCode)) step = step.Replace("{{pay_code}}", payCode, StringComparison.Ordinal);
        if (amount is { } rupiah) step = step.Replace("{{amount}}", Rupiah.Digits(rupiah), StringComparison.Ordinal);
        return allowHtml ? step : Tag().Replace(step, "");
    }

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}
