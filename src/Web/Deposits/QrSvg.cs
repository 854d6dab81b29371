using QRCoder;

namespace Webrana.Web.Deposits;

/// <summary>A QR code as SVG: sharp at any size, and drawn here, so that no payment text leaves the house for a picture.</summary>
static class QrSvg
{
    /// <summary>The picture, black on white in every theme: scanners want it so.</summary>
    /// <param name="content">What to encode; it reaches the page as squares only, never as markup.</param>
    public static string Of(string content)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(4, "#000000", "#FFFFFF", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
