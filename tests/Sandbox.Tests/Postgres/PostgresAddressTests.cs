using Npgsql;
using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Tests.Postgres;

public class PostgresAddressTests
{
    [Fact]
    public void A_uri_and_a_connection_string_translate_into_each_other()
    {
        var uri = PostgresAddress.ToUri("Host=127.0.0.1;Port=5433;Username=webrana_owner;Password=p@ss:w/rd;Database=webrana");
        Assert.Equal("postgresql://webrana_owner:p%40ss%3Aw%2Frd@127.0.0.1:5433/webrana", uri);
        var parts = new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString(uri));
        Assert.Equal(("127.0.0.1", 5433, "webrana_owner", "p@ss:w/rd", "webrana"), (parts.Host, parts.Port, parts.Username, parts.Password, parts.Database));
    }

    [Fact]
    public void A_uri_without_a_port_means_5432_and_a_connection_string_stays_as_it_is()
    {
        Assert.Equal(5432, new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString("postgres://a:b@db/x")).Port);
        Assert.Equal("Host=db;Username=a", PostgresAddress.ToConnectionString("Host=db;Username=a"));
    }
}
