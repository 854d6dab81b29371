using System.Globalization;
using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Drawing.Layout;
using PdfSharp.Pdf;
using Webrana.Wire.Papers;

namespace Webrana.Api.Papers;

/// <summary>One paper as a page of A4. Says what the page in the panel says.</summary>
internal static class InvoicePdf
{
    private const double Left = 56;
    private const double Right = 539;
    private const double Column = 300;

    private static readonly XColor Ink = XColor.FromArgb(0x16, 0x20, 0x2E);
    private static readonly XColor Quiet = XColor.FromArgb(0x5B, 0x67, 0x77);
    private static readonly XColor Line = XColor.FromArgb(0xD9, 0xDF, 0xE7);
    private static readonly XColor Teal = XColor.FromArgb(0x0B, 0x6E, 0x6E);

    /// <param name="locale"><c>id</c> or <c>en</c>.</param>
    public static byte[] Draw(Invoice invoice, string locale)
    {
        InvoiceFonts.Use();
        using var document = new PdfDocument();
        var texts = new InvoiceTexts(locale);
        document.Info.Title = $"{texts[invoice.Kind.ToString()]} {invoice.Id}";
        document.Info.Author = invoice.Seller.Name;
        document.Info.CreationDate = invoice.IssuedAt.UtcDateTime;
        document.Language = locale;
        var page = document.AddPage();
        page.Size = PageSize.A4;
        using (var graphics = XGraphics.FromPdfPage(page))
            new Sheet(graphics, texts).Fill(invoice);
        using var file = new MemoryStream();
        document.Save(file, closeStream: false);
        return file.ToArray();
    }

    private sealed class Sheet(XGraphics graphics, InvoiceTexts texts)
    {
        private readonly XFont _title = new(InvoiceFonts.Strong, 22);
        private readonly XFont _strong = new(InvoiceFonts.Strong, 10);
        private readonly XFont _text = new(InvoiceFonts.Regular, 10);
        private readonly XFont _small = new(InvoiceFonts.Regular, 8);
        private double _y = 64;

        public void Fill(Invoice invoice)
        {
            Write(invoice.Seller.Name, _strong, Teal, Left);
            _y += 34;
            Write(texts[invoice.Kind.ToString()], _title, Ink, Left);
            _y += 30;
            Pair(texts["Number"], invoice.Id);
            Pair(texts["Date"], texts.Time(invoice.IssuedAt));
            _y += 16;
            Parties(invoice);
            Lines(invoice);
            _y += 26;
            Write(texts["Paid" + invoice.Kind], _strong, Teal, Left);
            _y = 790;
            Write(string.Format(CultureInfo.InvariantCulture, texts["Footer"], invoice.TransactionId), _small, Quiet, Left);
        }

        private void Parties(Invoice invoice)
        {
            var top = _y;
            Block(Left, texts["From"], invoice.Seller.Name, invoice.Seller.Address, TaxId(invoice.Seller.TaxId), invoice.Seller.Email);
            var bottom = _y;
            _y = top;
            Block(Column, texts["To"], invoice.Buyer.Name, invoice.Buyer.Email, invoice.Buyer.Phone ?? "");
            _y = Math.Max(_y, bottom) + 22;
        }

        private string TaxId(string taxId) => taxId.Length == 0 ? "" : $"{texts["TaxId"]} {taxId}";

        private void Block(double x, string label, string name, params string[] lines)
        {
            Write(label, _small, Quiet, x);
            _y += 15;
            Write(name, _strong, Ink, x);
            foreach (var line in lines.SelectMany(line => line.Split('\n')).Where(line => line.Length > 0))
            {
                _y += 14;
                Write(line, _text, Ink, x);
            }
        }

        private void Lines(Invoice invoice)
        {
            Write(texts["Description"], _small, Quiet, Left);
            WriteRight(texts["Amount"], _small, Quiet);
            Rule();
            _y += 18;
            var height = Wrapped(invoice.Description, Right - Left - 130);
            WriteRight(InvoiceTexts.Rupiah(invoice.Tax?.Net ?? invoice.Amount), _text, Ink);
            _y += height - 8;
            Rule();
            if (invoice.Tax is { } tax)
            {
                var plain = tax.BaseFraction is "1/1";
                Sum(texts["Net"], tax.Net, _text);
                Sum(plain ? texts["TaxBasePlain"] : string.Format(CultureInfo.InvariantCulture, texts["TaxBase"], tax.BaseFraction), tax.TaxBase, _text, Quiet);
                Sum(string.Format(CultureInfo.InvariantCulture, texts["Tax"], tax.RatePercent.ToString("0.##", CultureInfo.InvariantCulture)), tax.Tax, _text);
                if (tax.Rounding != 0) Sum(texts["Rounding"], tax.Rounding, _text);
            }

            Sum(texts["Total"], invoice.Amount, _strong);
        }

        private void Sum(string label, long amountIdr, XFont font, XColor? color = null)
        {
            _y += 18;
            Write(label, font, color ?? Ink, Column);
            WriteRight(InvoiceTexts.Rupiah(amountIdr), font, color ?? Ink);
        }

        private void Pair(string label, string value)
        {
            Write(label, _text, Quiet, Left);
            Write(value, _text, Ink, Left + 80);
            _y += 16;
        }

        private void Rule()
        {
            _y += 8;
            graphics.DrawLine(new XPen(Line, 0.75), Left, _y, Right, _y);
        }

        private double Wrapped(string text, double width)
        {
            var lines = Math.Max(1, Math.Ceiling(graphics.MeasureString(text, _text).Width / width));
            new XTextFormatter(graphics).DrawString(text, _text, new XSolidBrush(Ink), new XRect(Left, _y - 10, width, 15 * (lines + 1)));
            return 15 * lines;
        }

        private void Write(string text, XFont font, XColor color, double x) => graphics.DrawString(text, font, new XSolidBrush(color), x, _y);

        private void WriteRight(string text, XFont font, XColor color) =>
            graphics.DrawString(text, font, new XSolidBrush(color), new XPoint(Right, _y), new XStringFormat { Alignment = XStringAlignment.Far, LineAlignment = XLineAlignment.BaseLine });
    }
}
