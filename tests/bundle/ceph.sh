#!/bin/bash
# A Ceph with its S3 gateway on loopback, all of it below DIR and in memory: ceph.sh DIR PORT
# MON1, MON2: two free ports for the monitor.
set -euo pipefail
dir=$1 port=$2
mkdir -p "$dir"/{mon,osd,run,gateway}
cd "$dir"
fsid=$(cat /proc/sys/kernel/random/uuid)
cat > ceph.conf <<CONF
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$MON1,v1:127.0.0.1:$MON2]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
keyring = $dir/keyring
run_dir = $dir/run
admin_socket = $dir/run/\$name.asok
log_file = $dir/\$name.log
mon_data = $dir/mon
osd_data = $dir/osd
rgw_data = $dir/gateway
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
CONF
export CEPH_CONF=$dir/ceph.conf
ceph-authtool -C keyring --gen-key -n mon. --cap mon 'allow *'
ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
ceph-authtool keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$MON1,v1:127.0.0.1:$MON2]" monmap
ceph-mon --mkfs -i a --monmap monmap --keyring keyring
ceph-mon -i a --keyring keyring --pid-file "$dir/mon.pid"
disk=$(cat /proc/sys/kernel/random/uuid)
ceph osd new "$disk"
ceph-osd -i 0 --mkfs --osd-uuid "$disk"
ceph-osd -i 0 --pid-file "$dir/osd.pid"
radosgw -n client.admin --rgw_frontends="beast endpoint=127.0.0.1:$port" --pid-file "$dir/gateway.pid"
radosgw-admin user create --uid athena --display-name athena --access-key athena --secret-key athenasecret
radosgw-admin user create --uid guest --display-name guest --access-key guest --secret-key guestsecret
for _ in $(seq 1 120); do
    (echo > "/dev/tcp/127.0.0.1/$port") 2>/dev/null && exit 0
    sleep 0.25
done
echo "the gateway does not answer" >&2
exit 1
