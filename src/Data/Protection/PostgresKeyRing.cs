using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Webrana.Data.Protection;

/// <summary>
/// The Data Protection key ring in <c>identity.data_protection_keys</c>: one ring for every API and silo, so that what one of them
/// encrypts the others can read. Called a few times in a process's life, hence the blocking calls of its interface.
/// </summary>
internal sealed class PostgresKeyRing(DataSources sources) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = sources.Queries.CreateCommand("SELECT xml FROM identity.data_protection_keys WHERE xml IS NOT NULL ORDER BY id");
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
            elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = sources.Queries.CreateCommand("INSERT INTO identity.data_protection_keys (friendly_name, xml) VALUES ($1, $2)");
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}
