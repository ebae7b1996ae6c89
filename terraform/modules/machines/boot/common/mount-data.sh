#!/usr/bin/env bash
# Mounts the volume that survives the machine: mount-data.sh DEVICE FOLDER. A volume that holds anything is never formatted.
set -euo pipefail

device="$1" folder="$2"

mountpoint --quiet "$folder" && exit 0

# It is attached after the machine has started.
for ((tries = 60; tries > 0; tries--)); do
  [ -b "$device" ] && break
  sleep 5
done
[ -b "$device" ] || { echo "the data volume $device is not there: is it attached?" >&2; exit 1; }

# 0: something is on it; 2: nothing is. Anything else is no answer, and no reason to write to it.
found=0
blkid --probe "$device" >/dev/null || found=$?
case "$found" in
  0) ;;
  2) mkfs.xfs -q "$device" ;;
  *) echo "what is on $device can not be told (blkid says $found); it is left alone" >&2; exit 1 ;;
esac

mkdir -p "$folder"
grep -q " $folder " /etc/fstab || echo "$device $folder xfs defaults,nofail,nodev,nosuid,noexec 0 2" >>/etc/fstab
systemctl daemon-reload
mount "$folder"

# The volume may have been made larger since.
xfs_growfs "$folder" >/dev/null
